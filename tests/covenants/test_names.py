"""A name that is taken is refused, and a name that somebody may not know of is not given away."""

import pytest
from django.core.exceptions import ValidationError

from covenants import services
from covenants.models import Agreement, Party, Phase, Visibility
from ser_portal.dates import ImpreciseDate


def register(by, name, visibility=Visibility.PARTIES):
    return services.register_agreement(
        sector_name="Proefsector",
        name_nl=name,
        visibility=visibility,
        phase=Phase.EXPLORATION,
        effective_on=ImpreciseDate.year(2020),
        reason="Verzoek van de sector",
        by=by,
    )


def test_a_facilitator_cannot_register_the_same_agreement_twice(facilitator):
    with pytest.raises(ValidationError) as refused:
        register(facilitator, "PROEFCONVENANT")
    assert "name_nl" in refused.value.message_dict


def test_the_name_of_a_hidden_agreement_can_be_used_and_its_address_tells_nothing(agreement, other_facilitator):
    second = register(other_facilitator, "Proefconvenant")
    unrelated = register(other_facilitator, "Iets heel anders")
    assert Agreement.objects.filter(name_nl="Proefconvenant").count() == 2
    for made, stem in ((second, "proefconvenant"), (unrelated, "iets-heel-anders")):
        assert made.slug.startswith(f"{stem}-")
        assert len(made.slug) == len(stem) + 6


def test_a_public_agreement_has_a_plain_address(other_facilitator):
    assert register(other_facilitator, "Convenant Zonne-energie", Visibility.PUBLIC).slug == "convenant-zonne-energie"


def test_the_name_of_a_hidden_party_can_be_used(delegate, other_facilitator):
    second = services.register_party(name="Voorbeeld bv", type="company", by=other_facilitator)
    assert Party.objects.filter(name="Voorbeeld bv").count() == 2
    assert second.slug != "voorbeeld-bv"
    with pytest.raises(ValidationError):
        services.register_party(name="voorbeeld BV", type="company", by=other_facilitator)


def test_who_registers_an_agreement_becomes_its_facilitator(other_facilitator):
    made = register(other_facilitator, "Convenant Zonne-energie")
    assert made.assignments.get().user == other_facilitator
    assert made.history.get().history_change_reason == "Verzoek van de sector"
