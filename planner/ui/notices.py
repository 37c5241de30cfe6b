"""What every page that counts people has to say first, where it is so."""

from __future__ import annotations

import streamlit as st

from planner.i18n import Speech
from planner.results import Assessment


def tell_nobody(assessment: Assessment, say: Speech) -> None:
    """Say that the numbers of people are missing, where no settlement has one, and what to do."""
    if not assessment.people > 0:
        st.warning(
            say(
                "No settlement says how many people live there, so nobody is counted. Bring the population on the "
                "page “Layers”, under “Population”, or in a layer of settlements."
            )
        )
