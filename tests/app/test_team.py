"""A team at work: signing in with a real OpenID provider, what each role may do, and two browsers on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from planner.studies.founding import found_sample
from planner.workspace import open_workspace
from tests.app.provider import provider, settings
from tests.app.server import app_on, free_port
from tests.app.waiting import LAYER_FILE, file_field, settled
from tests.contract.postgres import Server

pytestmark = [pytest.mark.browser, pytest.mark.oidc]

POSTS = b"id,name,lon,lat\nfirst,First,27.7,55.14\nsecond,Second,27.95,55.05\n"


@dataclass(frozen=True)
class TeamApp:
    """An app that asks for a sign-in, and where its district lives."""

    url: str
    location: str


@contextmanager
def serving(location: str, folder: Path) -> Iterator[TeamApp]:
    port = free_port()
    url = f"http://localhost:{port}"
    redirect = f"{url}/oauth2callback"
    with provider(free_port(), redirect) as address:
        told = folder / "sign-in.toml"
        told.write_text(settings(address, redirect), "utf-8")
        with app_on(location, folder, "--sign-in", str(told), port=port):
            # By its name and not its number: that is what the provider sends back to.
            yield TeamApp(url, location)


@pytest.fixture(scope="module")
def team_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamApp]:
    folder = tmp_path_factory.mktemp("team")
    workspace = folder / "district.gpkg"
    found_sample(workspace)
    with serving(str(workspace), folder) as app:
        yield app


def signed_in(browser: Any, app: TeamApp, who: str, page: str = "") -> Any:
    """Sign in as a person of the provider, and open a page."""
    shown = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB").new_page()
    shown.goto(f"{app.url}/?lang=en")
    shown.get_by_role("button", name="Sign in").click(timeout=60_000)
    shown.fill("input[name=login]", who, timeout=30_000)
    shown.fill("input[name=password]", "any")
    shown.click("button[type=submit]")
    shown.wait_for_load_state()
    # The provider asks once whether the planner may know the name.
    if "interaction" in shown.url:
        shown.click("button[type=submit]")
    shown.wait_for_url(f"{app.url}/**", timeout=30_000)
    if page:
        shown.goto(f"{app.url}/{page}?lang=en")
    return shown


def upload(page: Any, name: str, data: bytes, service: str) -> None:
    page.get_by_text("At most 200 MiB").first.wait_for(timeout=90_000)
    settled(page)
    file_field(page, LAYER_FILE).set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("combobox", name="Service").first.click(timeout=60_000)
    # Only the options in sight are there; what is typed brings the one that is meant.
    page.keyboard.type(service)
    page.get_by_role("option", name=service, exact=True).click()
    settled(page)
    page.get_by_role("button", name="Accept the layer").click(timeout=60_000)
    page.get_by_text("Changed:").first.wait_for(timeout=90_000)


def test_nobody_sees_the_district_without_signing_in(browser: Any, team_app: TeamApp) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    for address in ("", "/layers", "/report"):
        page.goto(f"{team_app.url}{address}")
        page.get_by_role("button", name="Sign in").wait_for(timeout=60_000)
        assert "Hlybokaye" not in page.content()
    page.context.close()


def test_an_account_without_a_role_stays_outside(browser: Any, team_app: TeamApp) -> None:
    page = signed_in(browser, team_app, "guest")
    page.get_by_text("Your account has no role in this planner").first.wait_for(timeout=60_000)
    assert "Hlybokaye" not in page.content()
    page.context.close()


def test_a_viewer_looks_and_a_planner_changes_in_their_own_name(browser: Any, team_app: TeamApp) -> None:
    viewer = signed_in(browser, team_app, "vera", "layers")
    viewer.get_by_text("to change them takes the role of a planner").wait_for(timeout=60_000)
    assert viewer.locator('input[type="file"]').count() == 0
    viewer.context.close()
    planner = signed_in(browser, team_app, "pavel", "layers")
    planner.get_by_text("Павел Сушко, planner").wait_for(timeout=60_000)
    upload(planner, "posts.csv", POSTS, "Post offices")
    assert planner.get_by_text("Take a layer out of use").count() == 0
    planner.context.close()
    entry = open_workspace(team_app.location).log()[-1]
    assert (entry.action, entry.actor) == ("add", "Павел Сушко")


def test_only_an_administrator_sets_standards(browser: Any, team_app: TeamApp) -> None:
    planner = signed_in(browser, team_app, "pavel", "standards")
    planner.get_by_text("takes the role of an administrator").wait_for(timeout=60_000)
    planner.context.close()
    head = signed_in(browser, team_app, "alena", "standards")
    head.locator('input[type="file"]').wait_for(state="attached", timeout=60_000)
    head.context.close()


def test_who_signs_out_is_out_on_every_page_and_with_a_cookie_kept_from_before(
    browser: Any, team_app: TeamApp
) -> None:
    page = signed_in(browser, team_app, "vera")
    page.get_by_role("button", name="Sign out").wait_for(timeout=60_000)
    kept = page.context.cookies()
    other = page.context.new_page()
    other.goto(f"{team_app.url}/gaps?lang=en")
    other.get_by_text("Вера Ковалевская, viewer").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Sign out").click()
    # The other page notices by itself.
    other.get_by_text("Your sign-in has ended").first.wait_for(timeout=60_000)
    page.goto(f"{team_app.url}/layers?lang=en")
    page.get_by_role("button", name="Sign in").wait_for(timeout=60_000)
    page.context.close()
    elsewhere = browser.new_context(locale="en-GB")
    elsewhere.add_cookies(kept)
    page = elsewhere.new_page()
    page.goto(f"{team_app.url}/gaps?lang=en")
    page.get_by_text("Your sign-in has ended").first.wait_for(timeout=60_000)
    assert "Hlybokaye" not in page.content()
    elsewhere.close()


def test_the_server_takes_no_file_from_a_stranger(browser: Any, team_app: TeamApp) -> None:
    stranger, member = (
        browser.new_context(locale="en-GB").new_page(),
        signed_in(browser, team_app, "pavel"),
    )
    assert _sent(stranger, f"{team_app.url}/?lang=en", "Sign in with your") == 403
    assert _sent(member, f"{team_app.url}/layers?lang=en", "Add or replace") == 204
    stranger.context.close()
    member.context.close()


def test_what_a_page_shows_and_offers_is_given_to_nobody_who_has_not_signed_in(
    browser: Any, team_app: TeamApp
) -> None:
    page, given = signed_in(browser, team_app, "vera"), {}
    page.on("response", lambda answer: given.update({answer.url: answer.status}))
    page.goto(f"{team_app.url}/?lang=en")
    page.frame_locator("iframe").locator(".district-label").first.wait_for(timeout=90_000)
    page.goto(f"{team_app.url}/standards?lang=en")
    with page.expect_download(timeout=90_000) as fetched:
        page.get_by_role("button", name="Download the standards in force").click(timeout=90_000)
    assert b"jurisdiction: BY" in fetched.value.path().read_bytes()
    shown = [url for url in given if "/media/" in url]
    assert shown
    assert [given[url] for url in shown] == [200] * len(shown)
    kept, files = page.context.cookies(), {*shown, fetched.value.url}
    stranger = browser.new_context()
    assert {stranger.request.get(url).status for url in files} == {403}
    stranger.add_cookies(kept)
    assert stranger.request.get(fetched.value.url).status == 200
    page.get_by_role("button", name="Sign out").click()
    # The way out leads over the provider, or straight to the way in.
    page.get_by_role("button", name="Sign out").wait_for(state="detached", timeout=60_000)
    assert {stranger.request.get(url).status for url in files} == {403}
    stranger.close()
    page.context.close()


def _sent(page: Any, address: str, drawn: str) -> int:
    """Return what the server answers to a file that is sent to it past every form."""
    sessions: list[str] = []

    def note(payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            message = ForwardMsg.FromString(payload)
            if message.WhichOneof("type") == "new_session":
                sessions.append(message.new_session.initialize.session_id)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(address)
    page.get_by_text(drawn).first.wait_for(timeout=60_000)
    page.wait_for_function("() => document.cookie.includes('_streamlit_xsrf')", timeout=60_000)
    status = page.evaluate(
        """async (session) => {
          const token = document.cookie.match(/_streamlit_xsrf=([^;]+)/)[1], form = new FormData();
          form.append("file", new Blob(["id"]), "x.csv");
          const answer = await fetch(`/_stcore/upload_file/${session}/1`,
            { method: "PUT", body: form, headers: { "X-Xsrftoken": token } });
          return answer.status;
        }""",
        sessions[-1],
    )
    return int(status)


@pytest.mark.postgis
def test_two_browsers_on_one_database_lose_nothing(browser: Any, tmp_path: Path, sample_file: Path) -> None:
    from planner.studies.publish import publish

    server = Server()
    try:
        location = server.url("planner_team")
        publish(open_workspace(sample_file), location)
        _both_change(browser, location, tmp_path)
        workspace = open_workspace(location)
        told = [(e.action, e.actor) for e in workspace.log()[-2:]]
        assert told == [("add", "Павел Сушко"), ("add", "Алена Смоліч")]
        kept = {r.service: r.features for r in workspace.layers()}
        assert (kept["post_office"], kept["fire"]) == (2, 2)
    finally:
        server.remove()


def _both_change(browser: Any, location: str, folder: Path) -> None:
    with serving(location, folder) as app:
        one = signed_in(browser, app, "pavel", "layers")
        other = signed_in(browser, app, "alena", "layers")
        for page in (one, other):
            page.get_by_text("Add or replace a layer").first.wait_for(timeout=90_000)
        upload(one, "posts.csv", POSTS, "Post offices")
        # The other page, untouched, tells of it by itself.
        other.get_by_text("The workspace has changed: Павел Сушко").first.wait_for(timeout=60_000)
        other.get_by_role("button", name="Show the changes").click()
        other.get_by_text("The workspace has changed").first.wait_for(state="detached", timeout=60_000)
        # Only the page that is drawn anew knows an earlier version.
        other.get_by_text("Earlier versions", exact=True).first.wait_for(timeout=60_000)
        other.wait_for_timeout(2000)
        upload(other, "fire.csv", POSTS, "Fire service")
        one.get_by_text("The workspace has changed: Алена Смоліч").wait_for(timeout=60_000)
        one.context.close()
        other.context.close()
