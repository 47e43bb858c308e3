"""What every template may use: the style sheets, and the languages that one can choose."""

from flask import Flask
from jinja2 import StrictUndefined

from hub.figures import shown
from hub.web import charts
from hub.web.assets import SHEETS, version
from hub.web.languages import all_languages
from hub.web.staff import reading


def register(app: Flask) -> None:
    """Prepare the templates. A name that is not there is a mistake, never an empty place."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["branch"] = branch
    app.jinja_env.globals.update(sheets=SHEETS, assets_version=version(), languages=all_languages(), reading=reading)
    app.jinja_env.globals.update(
        figures_chart=charts.chart, figures_told=shown.told, figures_share=shown.share, figures_reading=shown.reading
    )


def branch(name: str) -> str:
    """A vestiging as one reads it: azc-almere-engelse-mijl is azc Almere Engelse Mijl."""
    return " ".join(part if part in ("azc", "nol") else part.capitalize() for part in name.split("-"))
