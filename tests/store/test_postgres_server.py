"""The private server that the tests run against: what ends it, what it says then, and that nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import ROOT, server_module

_PROGRAM = """
import sys, time
sys.path.insert(0, {root!r})
from tests.postgres import running_server
server = running_server()
print(server.folder, server._process.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def server() -> Iterator[Any]:
    module = server_module()
    try:
        made = module.Server()
        made.start()
    except module.NoServer as why:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")
    yield made
    made.remove()


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def wait_until(gone: Any) -> bool:
    deadline = time.monotonic() + 30
    while not gone() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(gone())


def test_a_server_that_somebody_ended_says_so_in_its_own_words(server: Any) -> None:
    assert server.obituary() == ""
    os.kill(server._process.pid, signal.SIGINT)
    server._process.wait(30)
    said = server.obituary()
    assert "ended by itself, with status 0" in said
    assert "received fast shutdown request" in said
    Path(f"{server.folder}-ended.log").unlink()


@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are not known there")
def test_a_server_whose_process_was_killed_says_by_which_signal(server: Any) -> None:
    os.kill(server._process.pid, signal.SIGKILL)
    server._process.wait(30)
    said = server.obituary()
    assert "by signal 9" in said
    kept = Path(said.partition("is kept: ")[2].partition(". The end")[0])
    assert "ready to accept connections" in kept.read_text(encoding="utf-8")
    server.remove()
    assert kept.exists(), "it outlives the server's folder"
    kept.unlink()


def test_a_server_that_the_tests_end_themselves_has_nothing_to_say(server: Any) -> None:
    server.kill()
    assert server.obituary() == ""
    server.start()
    assert server.obituary() == ""
    server.stop()
    assert server.obituary() == ""


@pytest.mark.skipif(os.name == "nt", reason="process groups of this kind are not known there")
def test_a_signal_to_the_group_leaves_the_server_and_a_dead_run_leaves_nothing() -> None:
    """What a time limit or an ended job does: the whole group is told, and the run itself is killed without a word."""
    if server_module().programs() is None:
        pytest.skip("NOT TESTED ON POSTGRESQL: it is not installed here")
    words = _PROGRAM.format(root=str(ROOT))
    run = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, start_new_session=True, cwd=ROOT)
    try:
        assert run.stdout is not None
        folder, pid = run.stdout.readline().decode().split()
        assert is_there(int(pid))
        assert os.getpgid(int(pid)) != os.getpgid(run.pid), "a signal to the run's group does not reach the server"
        os.killpg(run.pid, signal.SIGKILL)
        run.wait(30)
        assert wait_until(lambda: not is_there(int(pid)))
        assert wait_until(lambda: not Path(folder).exists())
    finally:
        if run.poll() is None:
            run.kill()
        run.wait(30)
        assert run.stdout is not None
        run.stdout.close()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="this system does not say what a process is")
def test_a_number_that_a_crash_left_behind_ends_nobody_elses_process() -> None:
    """The run and its server were killed; the number in the server's note is another program's by now."""
    if server_module().programs() is None:
        pytest.skip("NOT TESTED ON POSTGRESQL: it is not installed here")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        made = server_module().Server()
        (made.data / "postmaster.pid").write_text(f"{bystander.pid}\n", encoding="ascii")
        made._watcher.stdin.close()
        made._watcher.wait(30)
        assert bystander.poll() is None
        assert not made.folder.exists()
        bystander.kill()


def test_two_servers_do_not_take_each_others_port(server: Any) -> None:
    assert server.port not in range(32_768, 61_000), "outgoing connections take these while a server is restarted"
    assert server_module()._free_port() != server.port
