"""A message in place of a traceback, and a session that goes on."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable

import streamlit as st

from planner.errors import PlannerError
from planner.i18n import Speech, words
from planner.standards.catalogue import load
from planner.ui.text import plain

_LOG = logging.getLogger("planner")


class NotYet(Exception):  # noqa: N818 - nothing is wrong
    """What a page needs is still being worked out, and the page has said so."""


def guarded(show: Callable[..., None]) -> Callable[..., None]:
    """Wrap a page, or a part of one that reruns by itself, so that whatever goes wrong is told.

    Parameters
    ----------
    show : callable
        Takes a Speech first.
    """

    @functools.wraps(show)
    def run(say: Speech, *rest: object) -> None:
        try:
            show(say, *rest)
        except NotYet:
            return
        except PlannerError as error:
            complain(say, error)
        except Exception:
            _LOG.exception("A page failed.")
            st.error(
                say(
                    "Something went wrong on this page. Your workspace is as it was; the other pages go on working."
                )
            )

    return run


def complain(say: Speech, error: PlannerError) -> None:
    """Show an error of the planner in the page's language, with what to do next."""
    services = {id: service.name for id, service in load().services.items()}
    st.error(plain(words.told(say, error.template, error.values, services)))
    if error.fix_template:
        st.info(plain(words.told(say, error.fix_template, error.values, services)))
