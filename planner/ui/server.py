"""The app's server process: Streamlit, with the planner read in while the browser is still loading the page.

Run as ``python -m planner.ui.server APP OPTIONS``, the latter Streamlit's, as JSON. Without this the first visitor
waits for the imports and for the first measuring of the district one after another; done beforehand on a thread of
their own they cost nothing that is seen.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading

from starlette.middleware import Middleware
from streamlit import App

from planner.ui import team
from planner.ui.gate import Gate


def _read_in() -> None:
    """Import what the pages need and measure the district once; whatever is wrong is told when a page asks for it.

    The pages themselves are left to the first visitor: a Streamlit component that is imported where no page is being
    drawn is never served, and the map would stay empty.
    """
    from planner.errors import PlannerError
    from planner.studies.assess import assess
    from planner.workspace import open_workspace

    with contextlib.suppress(PlannerError, KeyError):
        assess(open_workspace(os.environ["PLANNER_WORKSPACE"]))
    import planner.maps.district_map
    import planner.studies.intake  # noqa: F401


def main() -> None:
    """Serve the app until the process is stopped."""
    # Modules of the report import one another: imported on two threads at once, one would find them half made.
    import planner.report.content  # noqa: F401

    threading.Thread(target=_read_in, name="read-in", daemon=True).start()
    script, options = sys.argv[1:]
    # Streamlit looks for its settings beside the script that it takes for the program.
    sys.argv = [script]
    with contextlib.suppress(KeyboardInterrupt):
        App(script, middleware=[Middleware(Gate, knows=team.knows)]).run(config=json.loads(options))


if __name__ == "__main__":
    main()
