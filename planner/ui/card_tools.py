"""What stands below a card on the map: its passport, and where to go on from it."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from planner.i18n import Speech
from planner.report.content import source_name
from planner.report.files import MEDIA_TYPES
from planner.report.passport import PASSPORT_FORMATS, passport, passport_name
from planner.results import Assessment, SettlementCard
from planner.standards.model import in_language
from planner.studies.facility import facility_card
from planner.ui import cache, state
from planner.ui.mapview import answering


def passport_buttons(assessment: Assessment, card: SettlementCard, say: Speech) -> None:
    """Offer the settlement's standards passport in every format; it is made on the click."""
    for column, form in zip(st.columns(len(PASSPORT_FORMATS)), PASSPORT_FORMATS, strict=True):
        column.download_button(
            say("Passport, {format}", format=form.upper()),
            data=partial(passport, assessment, card, form, say.language),
            file_name=passport_name(assessment, card, form, say.language),
            mime=MEDIA_TYPES[form],
            help=say("The standards passport of the settlement, to print on A4."),
            on_click="ignore",
            key=f"passport_{form}",
            width="stretch",
        )


def show_facility(assessment: Assessment, service: str, say: Speech, location: str, version: str) -> None:
    """Show the service point that was clicked, whom it serves, and where to go on."""
    clicked = st.session_state.get(state.FACILITY_KEY)
    found = facility_card(assessment, service, clicked) if clicked else None
    if found is None:
        return
    name = assessment.services.get(found.service)
    source = source_name(say, found.source) or say("source not given")
    about = " · ".join((in_language(name, say.language) if name else found.service, source))
    served = say(
        "The nearest for {people} in {places}; {covered} of them are within the standard.",
        people=say.plural("{count} person", "{count} people", found.people),
        places=say.plural("{count} place", "{count} places", found.places),
        covered=say.number(found.covered),
    )
    html = (
        f'<section class="planner-card" id="facility-card" data-announce="facility">'
        f"<h2>{escape(in_language(found.name, say.language))}</h2>"
        f'<p class="about">{escape(about)}</p><p class="about">{escape(served)}</p></section>'
    )
    st.html(answering("facility", html))
    what_next(found.service, found.id, say, location, version, of="facility")


def what_next(
    service: str, facility: str | None, say: Speech, location: str, version: str, *, of: str = "place"
) -> None:
    """Lead to the study of a closure and to the one of where to build, with what is shown already chosen."""
    can_close = facility is not None and service in cache.closable(location, version)
    can_site = service in cache.sitable(location, version)
    left, right = st.columns(2)
    closing = say("What if it closes") if of == "facility" else say("What if the nearest closes")
    if can_close and left.button(
        closing, key=f"close_{of}", width="stretch", on_click=_choose, args=(service, facility)
    ):
        st.switch_page(st.session_state["pages"]["closures"])
    if can_site and right.button(
        say("Where to build"), key=f"build_{of}", width="stretch", on_click=_choose, args=(service, None)
    ):
        st.switch_page(st.session_state["pages"]["siting"])


def _choose(service: str, closing: str | None) -> None:
    """Choose for the page that follows; before the pages are drawn again, while their choices can be changed."""
    st.session_state[state.SERVICE_KEY] = service
    st.session_state[state.CLOSING_KEY] = closing
