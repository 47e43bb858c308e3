"""The pilot's picture, and the button that releases a quarter of it."""

from hub.web.officer.pages import HOME, staff
from hub.web.staff.figures_pages import add_figures

add_figures(staff, HOME, releases=True)
