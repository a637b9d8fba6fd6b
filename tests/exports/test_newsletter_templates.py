"""An editor's templates: a sandbox with its doors shut, limits on work and size, mistakes told by file and line."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from msat import shipped
from msat.errors import Refused
from msat.exports.newsletter_guard import guard
from msat.exports.newsletter_house import House, contrast, read_house
from msat.exports.newsletter_issue import ENDINGS, issue_text, write_issue
from msat.exports.newsletter_templates import SHIPPED, Templates, copy_templates, read_templates, shipped_templates
from msat.services.newsletter_example import try_templates
from tests.exports.issues import every_section, hostile, issue


def rendered(source: str, form: str = "text", **files: str) -> str:
    """What a template makes of an issue."""
    usual = shipped_templates()
    name = {"text": "newsletter.txt", "html": "newsletter.html", "markdown": "newsletter.md"}[form]
    return issue_text(issue(), form, None, Templates({**usual.files, **files, name: source}, House()))


# --- mistakes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{{ isue.title }}", "newsletter.txt, line 2: 'isue' is undefined"),
        ("one\n\n{{ issue.titel }}", "newsletter.txt, line 3: 'dict object' has no attribute 'titel'"),
        ("{% for x in sections %}\n{{ x }}", "newsletter.txt, line 2: Unexpected end of template"),
        ("one\n{% if %}", "newsletter.txt, line 2"),
        ("one\n{{ issue.title|shout }}", "newsletter.txt, line 2: No filter named 'shout'"),
        ("one\ntwo {{ 1 / 0 }}", "newsletter.txt, line 2: division by zero"),
        ("{% include 'other.txt' %}", "newsletter.txt, line 1: other.txt"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(source: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        rendered(source)
    assert said in refused.value.explanation
    assert refused.value.next_step


def test_a_mistake_in_an_included_file_names_that_file() -> None:
    with pytest.raises(Refused, match=r"part\.txt, line 2: 'nothing' is undefined"):
        rendered("{% include 'part.txt' %}", **{"part.txt": "fine\n{{ nothing }}"})


# --- the sandbox -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ issue.title.__class__ }}",
        "{{ issue|attr('__class__') }}",
        "{{ issue['__class__'] }}",
        "{{ sections.append(1) }}",
        "{{ issue.update({'title': 'x'}) }}",
        "{{ issue.title.format('x') }}",
        "{{ 'x'.join(sections) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ cycler.__init__ }}",
        "{{ range(10) }}",
        "{% include '../../secret.txt' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ issue.title|safe }}",
        "{{ issue.title|tojson }}",
        "{{ config }}",
    ],
)
def test_nothing_outside_the_values_is_reached(source: str) -> None:
    with pytest.raises(Refused):
        rendered(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = [1,2,3,4,5,6,7,8,9,0] %}" + "{% for a in x %}" * 9 + "{% endfor %}" * 9,
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "{% include 'newsletter.txt' %}{% include 'newsletter.txt' %}",
        "{% for s in sections recursive %}{{ loop(sections) }}{{ loop(sections) }}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{% set n = namespace(x='xxxxxxxxxx') %}{% for a in 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}"
        "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
        "{{ [1] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% set n = namespace(x='xxxxxxxxxx') %}"
        "{% for a in 'aaaaaaaaaaaaaaaaaaaaaaaaa' %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxxxx') %}"
        "{% for a in 'aaaaaaaaaaaaaaaaaaaaaaaaa' %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x=9) %}"
        "{% for a in 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}{% set n.x = n.x * n.x %}{% endfor %}",
    ],
)
def test_endless_work_ends_soon(source: str) -> None:
    start = time.monotonic()
    with pytest.raises(Refused):
        rendered(source)
    assert time.monotonic() - start < 20


def test_what_a_template_puts_out_is_escaped_whether_or_not_it_asks() -> None:
    made = hostile("<b>& [x](y)")
    sources = {
        "newsletter.html": "<!DOCTYPE html><html><body><p>{{ issue.title }}{{ issue.title|e }}</p></body></html>",
        "newsletter.md": "{% macro m(x) %}{{ x }}{% endmacro %}{{ issue.title }} {{ m(issue.title) }}",
        "newsletter.txt": "{{ issue.title }}",
    }
    templates = Templates(sources, House())
    assert issue_text(made, "html", None, templates).count("&lt;b&gt;&amp; [x](y)") == 2
    assert issue_text(made, "markdown", None, templates) == r"\<b\>\& \[x\](y) \<b\>\& \[x\](y)"
    assert issue_text(made, "text", None, templates) == "<b>& [x](y)\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<img src="https://evil.example/x.png">', "<img>"),
        ('<p onclick="x()">a</p>', "onclick"),
        ('<a href="{{ issue.title }}">a</a>', "no https address"),
        ('<a href="javascript:alert(1)">a</a>', "no https address"),
        ('<a href="http://evil.example">a</a>', "no https address"),
        ('<p style="background:url(https://evil.example/x)">a</p>', "may fetch or run"),
        ('<p style="background:u\\72l(x)">a</p>', "may fetch or run"),
        ("<style>p{color:red}</style>", "<style>"),
        ('<link rel="stylesheet" href="https://evil.example/x.css">', "<link>"),
        ('<meta http-equiv="refresh" content="0;url=https://evil.example">', "http-equiv"),
        ("<svg></svg>", "<svg>"),
        ("<iframe src='https://evil.example'></iframe>", "<iframe>"),
        ("<form><input></form>", "<form>"),
        ("<!-- [if mso]> x <![endif] -->", "comment"),
        ('<p style="display:none">secret</p>', "hides text"),
        ('<p style="font-size:0">secret</p>', "hides text"),
        ('<base href="https://evil.example/">', "<base>"),
    ],
)
def test_html_that_runs_fetches_or_hides_is_never_made(body: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        rendered(f"<!DOCTYPE html><html><body>{body}</body></html>", "html")
    assert said in refused.value.explanation


def test_the_shipped_html_passes_its_guard() -> None:
    guard(issue_text(every_section(), "html", None, shipped_templates()))


# --- the folder ------------------------------------------------------------------------------------------------


def test_copied_templates_give_the_same_as_the_shipped_ones(tmp_path: Path) -> None:
    folder = tmp_path / "look"
    made = copy_templates(folder)
    assert {path.name for path in made} == {name.rpartition("/")[2] for name in shipped.names(SHIPPED)}
    own = read_templates(folder)
    for form in ENDINGS:
        assert write_issue(issue(), form, None, own) == write_issue(issue(), form, None, shipped_templates())
    assert try_templates(folder) == tuple(ENDINGS)
    with pytest.raises(Refused, match=r"holds README\.md, house\.toml"):
        copy_templates(folder)


def test_a_template_changed_without_code_is_used(tmp_path: Path) -> None:
    copy_templates(tmp_path)
    (tmp_path / "newsletter.txt").write_text("Our own: {{ issue.title }}\r\n", encoding="utf-8", newline="")
    (tmp_path / "house.toml").write_text('header = "Our team"\n[colours]\nband = "#330072"\n', encoding="utf-8")
    own = read_templates(tmp_path)
    assert issue_text(issue(), "text", None, own) == "Our own: Medicines safety, November 2026\n"
    assert "#330072" in issue_text(issue(), "html", None, own)
    assert "Our team" in issue_text(issue(), "html", None, own)


def test_a_folder_that_lacks_a_file_takes_the_shipped_one(tmp_path: Path) -> None:
    assert issue_text(issue(), "html", None, read_templates(tmp_path)).startswith("<!DOCTYPE html>")
    with pytest.raises(Refused, match="There is no folder"):
        read_templates(tmp_path / "none")


def test_large_foreign_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.txt"
    path.write_text("x" * 300_000, encoding="utf-8")
    with pytest.raises(Refused, match="larger than 200,000 bytes"):
        read_templates(tmp_path)
    path.write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(Refused, match=r"newsletter\.txt”, line 2, is not UTF-8"):
        read_templates(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights there")
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    folder = tmp_path / "look"
    folder.mkdir()
    (folder / "newsletter.txt").symlink_to(secret)
    with pytest.raises(Refused, match="leads out of the folder"):
        read_templates(folder)


def test_a_word_template_of_the_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "word.docx").write_bytes(b"no document")
    with pytest.raises(Refused, match=r"no \.docx or \.dotx"):
        write_issue(issue(), "word", None, read_templates(tmp_path))


# --- house style -----------------------------------------------------------------------------------------------


def test_sections_can_be_ordered_and_named() -> None:
    house = read_house('sections = ["Devices", "Supply"]\n[names]\n"Red: act now" = "Act now"\n')
    text = issue_text(every_section(), "text", None, Templates(shipped_templates().files, house))
    heads = [line for line in text.splitlines() if line.isupper()]
    assert heads[1:4] == ["DEVICES", "SUPPLY", "ACT NOW"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fnt = 'Arial'", "field “fnt”: there is no such field"),
        ("font = 'Arial;} body{'", "field “font”"),
        ("[colours]\ntext = 'red'", "field “colours.text”: a colour like"),
        ("[colours]\ntext = '#AAAAAA'", "its contrast on “page” is 2.3 to 1"),
        ("[colours]\non_band = '#005EB8'", "contrast on “band” is 1.0 to 1"),
        ("[colours]\nhat = '#000000'", "no such colour"),
        ("sections = ['Reds']", "field “sections”"),
        ("names = 3", "field “names”"),
        ('header = "a\\nb"', "field “header”: one line"),
        ("header = [", "house.toml:"),
    ],
)
def test_a_mistake_in_the_house_style_is_named(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_house(text)
    assert said in refused.value.explanation


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#005EB8", "#FFFFFF") == pytest.approx(6.38, abs=0.01)
