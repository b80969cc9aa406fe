"""What mails say: one template for all, and words from the pages' catalogues."""

from uuid import UUID

import jinja2
from msgspec import Struct

from server.providers.mail import Mail
from server.web.catalogues import LOCALES, Catalogue, read_catalogues


class LinkMail(Struct, frozen=True):
    """A mail that leads to `link`. Its words are `mail.<name>_…`."""

    name: str
    to: str
    locale: str
    link: str
    link_id: UUID


class Mails:
    """Writes mails; built once, as the templates are read only then."""

    def __init__(self) -> None:
        self._catalogues = read_catalogues()
        loader = jinja2.PackageLoader("server.mails")
        environment = jinja2.Environment(
            loader=loader, autoescape=jinja2.select_autoescape(["html"]), trim_blocks=True
        )
        self._html, self._text = (
            environment.get_template(f"link.{kind}") for kind in ("html", "txt")
        )

    def write(self, mail: LinkMail) -> Mail:
        """What is sent twice for one link is the same mail."""
        locale = mail.locale if mail.locale in LOCALES else LOCALES[0]
        words = _words(self._catalogues[locale], mail.name)
        given = {"locale": locale, "link": mail.link, **words}
        return Mail(
            to=mail.to,
            subject=words["subject"],
            text=self._text.render(given),
            html=self._html.render(given),
            message_id=f"{mail.name}.{mail.link_id}",
        )


def _words(catalogue: Catalogue, name: str) -> dict[str, str]:
    parts = ("subject", "text", "action", "unasked")
    return {part: catalogue[f"mail.{name}_{part}"] for part in parts}
