"""The yardstick: a plain Django list view over the same commitments, as a tutorial would write it."""

from functools import cache
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.template import engines
from django.views.generic import ListView

from covenants.models import Commitment

PAGE = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"><title>Afspraken</title></head><body>
<p>{{ request.user }}</p><h1>Afspraken ({{ paginator.count }})</h1>
<table><tr><th>Afspraak</th><th>Akkoord</th><th>Wie</th><th>Termijn</th><th>Uiterlijk</th></tr>
{% for row in object_list %}<tr>
<td>{{ row.text_nl }}</td><td><a href="{% url 'covenants:agreement' row.agreement.slug %}">{{ row.agreement }}</a></td>
<td>{{ row.carrier }}</td><td>{{ row.get_due_kind_display }}</td><td>{{ row.due_latest|date:"j F Y" }}</td>
</tr>{% endfor %}</table>
<p>{% if page_obj.has_previous %}<a href="?page={{ page_obj.previous_page_number }}">Vorige</a>{% endif %}
{{ page_obj.number }} / {{ paginator.num_pages }}
{% if page_obj.has_next %}<a href="?page={{ page_obj.next_page_number }}">Volgende</a>{% endif %}</p>
</body></html>"""

# What `startproject` gives; the portal's pages run with the portal's own.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


@cache
def _template() -> Any:
    return engines["django"].from_string(PAGE)


class BareList(LoginRequiredMixin, ListView):
    """Twenty-five commitments a page, with their agreement; four statements: session, person, count and rows."""

    paginate_by = 25

    def get_queryset(self) -> QuerySet[Commitment]:
        return Commitment.objects.select_related("agreement").order_by("pk")

    def get_template_names(self) -> Any:
        return _template()
