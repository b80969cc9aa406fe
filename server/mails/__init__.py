"""Writes mails, from one template and the texts of the pages' catalogues."""

from collections.abc import Mapping
from uuid import UUID

import jinja2
from msgspec import Struct

from server.providers.mail import Mail
from server.web.catalogues import LOCALES, Catalogue, read_catalogues


class LinkMail(Struct, frozen=True):
    """A mail with a link, or about one. The keys of its texts begin with `mail.<name>_`."""

    name: str
    to: str
    locale: str
    link: str | None
    link_id: UUID
    values: Mapping[str, str] = {}
    """What stands in the places of its texts."""
    unsubscribe: str | None = None
    """Where its reader ends mails of this kind."""


class Mails:
    """Writes mails. It is built once, because that reads the templates and catalogues."""

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
        """The mail, always the same for one link."""
        locale = mail.locale if mail.locale in LOCALES else LOCALES[0]
        catalogue = self._catalogues[locale]
        words = _words(catalogue, mail)
        given = {"locale": locale, "link": mail.link, "unsubscribe": mail.unsubscribe}
        given |= {"stop": catalogue["mail.unsubscribe"], **words}
        return Mail(
            to=mail.to,
            subject=words["subject"],
            text=self._text.render(given),
            html=self._html.render(given),
            message_id=f"{mail.name}.{mail.link_id}",
            unsubscribe=mail.unsubscribe,
        )


def _words(catalogue: Catalogue, mail: LinkMail) -> dict[str, str]:
    parts = ("subject", "text", "unasked", *(("action",) if mail.link else ()))
    texts = {part: catalogue[f"mail.{mail.name}_{part}"] for part in parts}
    return {part: text.format(**mail.values) for part, text in texts.items()}
