"""Entry point of the app: ``streamlit run app.py``."""

from planner.ui.main import main

main()
