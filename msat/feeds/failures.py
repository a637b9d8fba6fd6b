"""Why a source could not be read, in words for a clinician. Only words and what follows from them; opens nothing."""

from __future__ import annotations

from msat.errors import SourceFailure

SAFE = "Alerts already here are safe."
TRY_AGAIN = f"{SAFE} Try again, or check the practice's network."
TRY_LATER = f"{SAFE} Try again later."
CHECK_ADDRESS = f"{SAFE} Check the address of this source."


class FetchFailure(SourceFailure):
    """A request that brought nothing usable.

    `status` is the server's answer, if it gave one. `retry_after_s` is the wait it asked for. `is_worth_retrying` says
    that the same question may well be answered at once; `is_site_wide` that the next page would fare no better.
    """

    def __init__(
        self,
        explanation: str,
        next_step: str = TRY_AGAIN,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        is_worth_retrying: bool = False,
        is_site_wide: bool = False,
    ) -> None:
        super().__init__(explanation, next_step)
        self.status = status
        self.retry_after_s = retry_after_s
        self.is_worth_retrying = is_worth_retrying
        self.is_site_wide = is_site_wide


def say_site(host: str) -> str:
    """What people call the site at `host`."""
    return {"www.gov.uk": "GOV.UK", "gov.uk": "GOV.UK"}.get(host, host)


def say_wait(seconds: float) -> str:
    """A length of time as people say it: `20 seconds`, `3 minutes`, `2 hours`. Rounded up, never to nothing."""
    whole = max(1, -int(-seconds // 1))
    for size, word in ((3600, "hour"), (60, "minute")):
        if whole >= size * 2 or whole == size:
            count = -(-whole // size)
            return f"{count} {word}" + ("" if count == 1 else "s")
    return f"{whole} second" + ("" if whole == 1 else "s")


def no_answer(site: str, seconds: float) -> FetchFailure:
    return FetchFailure(f"{site} did not answer for {say_wait(seconds)}.", is_site_wide=True)


def too_slow(site: str, seconds: float) -> FetchFailure:
    return FetchFailure(f"{site} did not finish its answer within {say_wait(seconds)}.", is_site_wide=True)


def not_found(site: str) -> FetchFailure:
    return FetchFailure(f"The address of {site} could not be found on the network.", is_site_wide=True)


def no_connection(site: str) -> FetchFailure:
    return FetchFailure(f"No connection to {site} could be made.", is_site_wide=True, is_worth_retrying=True)


def not_trusted(site: str) -> FetchFailure:
    return FetchFailure(
        f"The connection to {site} was not safe: its certificate is not one this computer trusts.",
        f"{SAFE} Tell whoever looks after the practice's network. Where it opens safe connections to look inside, they "
        "can give you its certificate as a file: Settings, Network.",
        is_site_wide=True,
    )


def broken_off(site: str) -> FetchFailure:
    return FetchFailure(f"{site} broke off in the middle of its answer.", is_worth_retrying=True, is_site_wide=True)


def cut_short(site: str) -> FetchFailure:
    return FetchFailure(f"The answer of {site} stopped before its end.", is_worth_retrying=True)


def not_understood(site: str) -> FetchFailure:
    return FetchFailure(f"{site} answered with something that is not a web answer.", CHECK_ADDRESS)


def too_large(site: str, limit: int) -> FetchFailure:
    return FetchFailure(
        f"The answer of {site} is larger than the {limit / 1_000_000:g} MB that MSAT takes.",
        f"{SAFE} Check the address of this source, and report it if the address is right.",
    )


def unpacks_too_large(site: str, limit: int) -> FetchFailure:
    return FetchFailure(
        f"The answer of {site} unpacks to more than the {limit / 1_000_000:g} MB that MSAT takes.",
        f"{SAFE} Check the address of this source, and report it if the address is right.",
    )


def unknown_packing(site: str) -> FetchFailure:
    return FetchFailure(f"{site} packed its answer in a way MSAT did not ask for.", TRY_LATER)


def web_page_instead(site: str) -> FetchFailure:
    return FetchFailure(
        f"{site} answered with a web page instead of data: perhaps a network sign-in page.",
        f"{SAFE} Sign in to the network in a browser, then try again.",
        is_site_wide=True,
    )


def refused_redirect(site: str, why: str) -> FetchFailure:
    return FetchFailure(f"{site} sent MSAT on to another address, which was not followed. {why}", CHECK_ADDRESS)


def going_round(site: str) -> FetchFailure:
    return FetchFailure(f"{site} sent MSAT round in a circle.", CHECK_ADDRESS)


def too_many_hops(site: str, limit: int) -> FetchFailure:
    return FetchFailure(f"{site} sent MSAT on more than {limit} times.", CHECK_ADDRESS)


def leads_inside(site: str) -> FetchFailure:
    return FetchFailure(f"The name {site} stands for a private network address, where MSAT does not go.", CHECK_ADDRESS)


def unusable_proxy() -> FetchFailure:
    return FetchFailure(
        "Web traffic is to go through a kind of proxy that MSAT cannot use.",
        f"{SAFE} Ask whoever looks after the practice's network for an http proxy.",
        is_site_wide=True,
    )


_SAID: dict[int, tuple[str, str]] = {
    401: ("{site} asked for a user name and password.", CHECK_ADDRESS),
    403: ("{site} refused to answer.", TRY_LATER),
    404: ("{site} has nothing at the address MSAT asked for.", CHECK_ADDRESS),
    407: ("The network's proxy asked for a user name and password.", f"{SAFE} Ask whoever looks after the network."),
    410: (
        "{site} says that what was at this address has gone for good.",
        f"{SAFE} Look for its new address on the publisher's site, and set it for this source.",
    ),
    422: ("{site} did not accept the question MSAT asked.", CHECK_ADDRESS),
    511: ("The network asks for a sign-in.", f"{SAFE} Sign in to the network in a browser, then try again."),
}


def said(site: str, status: int, retry_after_s: float | None) -> FetchFailure:
    """What an answer other than the one wanted means."""
    if retry_after_s is not None and status in (429, 503):
        return FetchFailure(
            f"{site} is busy and asked to be left alone for {say_wait(retry_after_s)}.",
            f"{SAFE} Try again after {say_wait(retry_after_s)}.",
            status=status,
            retry_after_s=retry_after_s,
            is_site_wide=True,
        )
    if status == 429:
        return FetchFailure(f"{site} is busy and asked to be left alone.", TRY_LATER, status=status, is_site_wide=True)
    if status >= 500 and status != 511:
        return FetchFailure(
            f"{site} has a fault of its own and could not answer.",
            TRY_LATER,
            status=status,
            is_worth_retrying=True,
            is_site_wide=True,
        )
    words, next_step = _SAID.get(status, ("{site} gave an answer MSAT cannot use.", CHECK_ADDRESS))
    return FetchFailure(words.format(site=site), next_step, status=status)
