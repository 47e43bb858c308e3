"""The pilot's picture, to look at."""

from hub.web.secretary.pages import HOME, staff
from hub.web.staff.figures_pages import add_figures

add_figures(staff, HOME)
