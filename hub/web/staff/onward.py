"""On to another organisation's page, at once: by the page itself, so that no address is held back by our own policy."""

from hub.web.staff.layout import show_anybody


def show_onward(address: str, title: str, text: str) -> str:
    """
    The page that leads there; without waiting, and by a link for whoever does not go by themselves.

    Not a redirect in answer to the form: browsers hold every address that follows upon a form against `form-action`
    (Content Security Policy 3, section 6.4.2), and an organisation may send its people on through several of its own.
    """
    return show_anybody("staff/onward", title, text=text, onward=address)
