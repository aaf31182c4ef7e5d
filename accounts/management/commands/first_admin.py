"""Print the link that makes the first administrator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.first_admin import new_link


class Command(BaseCommand):
    help = "Print a link that makes the first administrator, while there is none. It works once, for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        link = new_link()
        if link is None:
            self.stdout.write("There is an administrator already: no link is needed.")
            return
        self.stdout.write("Nobody administers this site yet. This link makes you its administrator;")
        self.stdout.write("it works once, for a day, and ends every link that was printed before:")
        self.stdout.write(f"\n    {settings.GRADIENT_ADDRESS.rstrip('/')}{link}\n")
