"""Commitments with carriers and measures, reporting rounds and what parties send in them, and who may see it."""

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("covenants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="delegate",
            name="delegate_once_a_day",
        ),
        migrations.AddField(
            model_name="agreement",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False, verbose_name="voorbeeldgegevens"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="agreed_earliest",
            field=models.DateField(blank=True, help_text="afgesproken", null=True, verbose_name="vroegst"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="agreed_latest",
            field=models.DateField(blank=True, help_text="afgesproken", null=True, verbose_name="laatst"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="agreed_words",
            field=models.CharField(blank=True, help_text="afgesproken", max_length=120, verbose_name="in woorden"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="baseline_denominator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="uitgangswaarde, noemer"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="baseline_numerator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="uitgangswaarde, teller"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="baseline_value",
            field=models.DecimalField(
                blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="uitgangswaarde"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="carrier_kind",
            field=models.CharField(
                choices=[
                    ("unknown", "niet op naam vastgelegd"),
                    ("named", "met name genoemde partijen"),
                    ("class", "alle deelnemende partijen van een soort"),
                ],
                default="unknown",
                max_length=10,
                verbose_name="wie voert uit",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="clause",
            field=models.CharField(blank=True, max_length=120, verbose_name="bepaling"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="decision",
            field=models.CharField(blank=True, max_length=300, verbose_name="besluit dat dit wijzigde"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="denominator_label",
            field=models.CharField(blank=True, max_length=160, verbose_name="noemer: waarvan"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="ended_on",
            field=models.DateField(blank=True, null=True, verbose_name="vervallen per"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="led_commitments",
                to="covenants.party",
                verbose_name="trekker",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="measure_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "geen maat afgesproken"),
                    ("quantity", "een hoeveelheid"),
                    ("share", "een aandeel: teller en noemer"),
                    ("quoted", "een percentage uit de bron, zonder noemer"),
                ],
                default="",
                max_length=10,
                verbose_name="maat",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="numerator_label",
            field=models.CharField(blank=True, max_length=160, verbose_name="teller: wat wordt geteld"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="target_denominator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="streefwaarde, noemer"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="target_numerator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="streefwaarde, teller"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="themes",
            field=models.ManyToManyField(
                blank=True, related_name="commitments", to="covenants.theme", verbose_name="thema's"
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="commitment",
            name="visibility",
            field=models.CharField(
                blank=True,
                choices=[
                    ("own_party", "alleen de eigen partij"),
                    ("secretariat", "eigen partij en secretariaat"),
                    ("steering_group", "ook de stuurgroep"),
                    ("parties", "ook de andere partijen van het akkoord"),
                    ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                ],
                max_length=20,
                verbose_name="zichtbaar voor",
            ),
        ),
        migrations.AddField(
            model_name="delegate",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="beëindigd op"),
        ),
        migrations.AddField(
            model_name="delegate",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="beëindigd door",
            ),
        ),
        migrations.AddField(
            model_name="delegate",
            name="role",
            field=models.CharField(
                choices=[
                    ("contributor", "invuller: vult in, dient niet in"),
                    ("submitter", "indiener: vult in en dient in"),
                    ("coordinator", "coördinator: dient in, nodigt uit en draagt over"),
                ],
                default="submitter",
                max_length=20,
                verbose_name="rol",
            ),
        ),
        migrations.AddField(
            model_name="historicalagreement",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False, verbose_name="voorbeeldgegevens"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="agreed_earliest",
            field=models.DateField(blank=True, help_text="afgesproken", null=True, verbose_name="vroegst"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="agreed_latest",
            field=models.DateField(blank=True, help_text="afgesproken", null=True, verbose_name="laatst"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="agreed_words",
            field=models.CharField(blank=True, help_text="afgesproken", max_length=120, verbose_name="in woorden"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="baseline_denominator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="uitgangswaarde, noemer"
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="baseline_numerator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="uitgangswaarde, teller"
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="baseline_value",
            field=models.DecimalField(
                blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="uitgangswaarde"
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="carrier_kind",
            field=models.CharField(
                choices=[
                    ("unknown", "niet op naam vastgelegd"),
                    ("named", "met name genoemde partijen"),
                    ("class", "alle deelnemende partijen van een soort"),
                ],
                default="unknown",
                max_length=10,
                verbose_name="wie voert uit",
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="clause",
            field=models.CharField(blank=True, max_length=120, verbose_name="bepaling"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="decision",
            field=models.CharField(blank=True, max_length=300, verbose_name="besluit dat dit wijzigde"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="denominator_label",
            field=models.CharField(blank=True, max_length=160, verbose_name="noemer: waarvan"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="ended_on",
            field=models.DateField(blank=True, null=True, verbose_name="vervallen per"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="covenants.party",
                verbose_name="trekker",
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="measure_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "geen maat afgesproken"),
                    ("quantity", "een hoeveelheid"),
                    ("share", "een aandeel: teller en noemer"),
                    ("quoted", "een percentage uit de bron, zonder noemer"),
                ],
                default="",
                max_length=10,
                verbose_name="maat",
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="numerator_label",
            field=models.CharField(blank=True, max_length=160, verbose_name="teller: wat wordt geteld"),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="target_denominator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="streefwaarde, noemer"
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="target_numerator",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="streefwaarde, teller"
            ),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="historicalcommitment",
            name="visibility",
            field=models.CharField(
                blank=True,
                choices=[
                    ("own_party", "alleen de eigen partij"),
                    ("secretariat", "eigen partij en secretariaat"),
                    ("steering_group", "ook de stuurgroep"),
                    ("parties", "ook de andere partijen van het akkoord"),
                    ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                ],
                max_length=20,
                verbose_name="zichtbaar voor",
            ),
        ),
        migrations.AddField(
            model_name="historicalparty",
            name="group",
            field=models.CharField(
                blank=True,
                help_text="Organisaties van één concern tellen samen als één.",
                max_length=120,
                verbose_name="concern",
            ),
        ),
        migrations.AddField(
            model_name="historicalparty",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False, verbose_name="voorbeeldgegevens"),
        ),
        migrations.AddField(
            model_name="historicalparty",
            name="size_class",
            field=models.CharField(
                blank=True,
                choices=[("small", "klein"), ("medium", "middelgroot"), ("large", "groot")],
                max_length=10,
                verbose_name="grootte",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="group",
            field=models.CharField(
                blank=True,
                help_text="Organisaties van één concern tellen samen als één.",
                max_length=120,
                verbose_name="concern",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False, verbose_name="voorbeeldgegevens"),
        ),
        migrations.AddField(
            model_name="party",
            name="size_class",
            field=models.CharField(
                blank=True,
                choices=[("small", "klein"), ("medium", "middelgroot"), ("large", "groot")],
                max_length=10,
                verbose_name="grootte",
            ),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="carrier",
            field=models.CharField(blank=True, max_length=200, verbose_name="wie, in de woorden van de bron"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="measure_unit",
            field=models.CharField(blank=True, max_length=120, verbose_name="eenheid"),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="carrier",
            field=models.CharField(blank=True, max_length=200, verbose_name="wie, in de woorden van de bron"),
        ),
        migrations.AlterField(
            model_name="historicalcommitment",
            name="measure_unit",
            field=models.CharField(blank=True, max_length=120, verbose_name="eenheid"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["due_latest", "id"], name="commitments_by_due"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_sample", False), models.Q(("visibility", "public"), _negated=True), _connector="OR"
                ),
                name="agreement_sample_is_never_public",
                violation_error_message="Voorbeeldgegevens zijn nooit openbaar.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_earliest__isnull", True),
                    ("agreed_latest__isnull", True),
                    ("agreed_earliest__lte", models.F("agreed_latest")),
                    _connector="OR",
                ),
                name="commitment_agreed_in_order",
                violation_error_message="De vroegste datum ligt na de laatste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("carrier_kind__in", ["unknown", "named", "class"])),
                name="commitment_carrier_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carrier_kind", "named"), ("lead__isnull", False)),
                    models.Q(models.Q(("carrier_kind", "named"), _negated=True), ("lead__isnull", True)),
                    _connector="OR",
                ),
                name="commitment_lead_when_named",
                violation_error_message="Noem één trekker, of kies een soort partijen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure_kind__in", ["", "quantity", "share", "quoted"])),
                name="commitment_measure_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measure_kind", "share"), _negated=True),
                    models.Q(
                        models.Q(("numerator_label", ""), _negated=True),
                        models.Q(("denominator_label", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="commitment_share_has_both_sides",
                violation_error_message="Een aandeel heeft een teller en een noemer: zeg wat er wordt geteld en waarvan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("target_denominator__isnull", True), ("target_numerator__isnull", True)),
                    models.Q(
                        ("target_denominator__gt", 0),
                        ("target_denominator__isnull", False),
                        ("target_numerator__gte", 0),
                        ("target_numerator__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="commitment_target_of_something",
                violation_error_message="Geef van de streefwaarde teller en noemer; de noemer is groter dan nul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("baseline_denominator__isnull", True), ("baseline_numerator__isnull", True)),
                    models.Q(
                        ("baseline_denominator__gt", 0),
                        ("baseline_denominator__isnull", False),
                        ("baseline_numerator__gte", 0),
                        ("baseline_numerator__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="commitment_baseline_of_something",
                violation_error_message="Geef van de uitgangswaarde teller en noemer; de noemer is groter dan nul.",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("visibility", ""),
                    ("visibility__in", ["own_party", "secretariat", "steering_group", "parties", "public"]),
                    _connector="OR",
                ),
                name="commitment_visibility_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("party", "user", "began_on"),
                name="delegate_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegate",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["contributor", "submitter", "coordinator"])),
                name="delegate_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("size_class", ""), ("size_class__in", ["small", "medium", "large"]), _connector="OR"
                ),
                name="party_size_class_known",
            ),
        ),
        migrations.CreateModel(
            name="AgreementRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "progress_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="voortgang",
                    ),
                ),
                (
                    "evidence_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="bewijsstukken",
                    ),
                ),
                (
                    "review_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="beoordelingen",
                    ),
                ),
                (
                    "reply_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="weerwoord",
                    ),
                ),
                (
                    "minimum_count",
                    models.PositiveSmallIntegerField(default=5, verbose_name="kleinste aantal in een openbaar totaal"),
                ),
                (
                    "dominance_percent",
                    models.PositiveSmallIntegerField(default=10, verbose_name="p% voor overheersing"),
                ),
                ("stale_after_days", models.PositiveSmallIntegerField(default=92, verbose_name="verouderd na dagen")),
                (
                    "reply_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="termijn voor weerwoord in dagen"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapportageregels",
                "verbose_name_plural": "rapportageregels",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("progress_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="rules_progress_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("evidence_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="rules_evidence_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="rules_review_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reply_level__in", ["secretariat", "steering_group", "parties", "public"])),
                        name="rules_reply_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_count__gte", 3), ("minimum_count__lte", 100)),
                        name="rules_minimum_count_at_least_three",
                        violation_error_message="Het kleinste aantal is 3 of meer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dominance_percent__gte", 1), ("dominance_percent__lte", 50)),
                        name="rules_dominance_percent_sensible",
                        violation_error_message="Het percentage ligt tussen 1 en 50.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stale_after_days__gte", 7), ("stale_after_days__lte", 730)),
                        name="rules_stale_after_days_sensible",
                        violation_error_message="Verouderd na 7 tot 730 dagen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reply_days__gte", 1), ("reply_days__lte", 180)),
                        name="rules_reply_days_sensible",
                        violation_error_message="De termijn voor een weerwoord is 1 tot 180 dagen.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda-adres",
                "verbose_name_plural": "agenda-adressen",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user",),
                        name="calendar_feed_one_open_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportingRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title_nl", models.CharField(max_length=120, verbose_name="naam")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="naam in het Engels")),
                ("period_first", models.DateField(verbose_name="eerste dag van de periode")),
                ("period_last", models.DateField(verbose_name="laatste dag van de periode")),
                ("due_on", models.DateField(verbose_name="inleverdatum")),
                (
                    "progress_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "evidence_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "review_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "reply_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                ("minimum_count", models.PositiveSmallIntegerField(default=5)),
                ("dominance_percent", models.PositiveSmallIntegerField(default=10)),
                ("stale_after_days", models.PositiveSmallIntegerField(default=92)),
                ("reply_days", models.PositiveSmallIntegerField(default=14)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="geopend op")),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="gesloten op")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rounds",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="covenants.reportinground",
                        verbose_name="vorige ronde",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapportageronde",
                "verbose_name_plural": "rapportagerondes",
                "ordering": ["-period_last", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "title_nl"),
                        name="round_title_once_per_agreement",
                        violation_error_message="Dit akkoord heeft al een ronde met deze naam.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_last__gte", models.F("period_first"))),
                        name="round_period_in_order",
                        violation_error_message="De laatste dag van de periode ligt voor de eerste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("period_first"))),
                        name="round_due_in_or_after_period",
                        violation_error_message="De inleverdatum ligt voor het begin van de periode.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("locked_at__isnull", True), ("locked_by__isnull", True)),
                            models.Q(("locked_at__isnull", False), ("locked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="round_lock_has_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_count__gte", 3)), name="round_minimum_count_at_least_three"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("progress_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="round_progress_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("evidence_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="round_evidence_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("review_level__in", ["secretariat", "steering_group", "parties", "public"])
                        ),
                        name="round_review_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reply_level__in", ["secretariat", "steering_group", "parties", "public"])),
                        name="round_reply_level_known",
                    ),
                ],
                "indexes": [models.Index(fields=["agreement", "-period_last"], name="rounds_of_agreement")],
            },
        ),
        migrations.CreateModel(
            name="ReportingSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="inleverdatum")),
                ("extended", models.BooleanField(default=False, verbose_name="uitstel")),
                (
                    "rung_required",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "geen bewijs gevraagd"),
                            (1, "verklaard door de partij"),
                            (2, "onderbouwd met stukken"),
                            (3, "gecontroleerd door het secretariaat"),
                            (4, "gecontroleerd door een onafhankelijke commissie"),
                        ],
                        default=1,
                        verbose_name="gevraagd bewijs",
                    ),
                ),
                (
                    "size_class",
                    models.CharField(
                        blank=True,
                        choices=[("small", "klein"), ("medium", "middelgroot"), ("large", "groot")],
                        max_length=10,
                        verbose_name="grootte",
                    ),
                ),
                ("uncertain", models.BooleanField(default=False, verbose_name="onzekere deelname")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("silent", "nog niets ontvangen"),
                            ("submitted", "ingediend, wacht op beoordeling"),
                            ("returned", "teruggestuurd"),
                            ("approved", "goedgekeurd"),
                        ],
                        default="silent",
                        max_length=10,
                        verbose_name="stand",
                    ),
                ),
                ("state_since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sinds")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="voor het laatst bevestigd")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="vervallen op")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=500, verbose_name="reden van vervallen")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="covenants.commitment",
                        verbose_name="afspraak",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_slots",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="wie het oppakt",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="covenants.party",
                        verbose_name="partij",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="covenants.reportinground",
                        verbose_name="ronde",
                    ),
                ),
            ],
            options={
                "verbose_name": "rapportageverplichting",
                "verbose_name_plural": "rapportageverplichtingen",
                "ordering": ["due_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "commitment", "party"), name="slot_once_per_round"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["silent", "submitted", "returned", "approved"])),
                        name="slot_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rung_required__in", [0, 1, 2, 3, 4])), name="slot_rung_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="slot_withdrawn_for_a_reason",
                        violation_error_message="Geef een reden; die blijft in de geschiedenis staan.",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["party", "state", "due_on", "id"], name="slots_owed"),
                    models.Index(fields=["agreement", "state", "state_since", "id"], name="slots_waiting"),
                    models.Index(fields=["state", "state_since", "id"], name="slots_waiting_longest"),
                    models.Index(fields=["round", "party", "id"], name="slots_of_round"),
                    models.Index(fields=["round", "state"], name="slots_of_round_by_state"),
                    models.Index(fields=["commitment", "party", "id"], name="slots_of_commitment"),
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["due_on", "state"],
                        name="slots_to_remind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="versie")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Niet begonnen"),
                            ("on_course", "Op koers"),
                            ("attention", "Vraagt aandacht"),
                            ("behind", "Loopt achter"),
                            ("done", "Klaar"),
                        ],
                        max_length=20,
                        verbose_name="stand",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="waarde"),
                ),
                (
                    "numerator",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="teller"),
                ),
                (
                    "denominator",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="noemer"),
                ),
                ("text", models.TextField(blank=True, verbose_name="toelichting")),
                ("private_note", models.TextField(blank=True, verbose_name="bericht aan het secretariaat")),
                ("unchanged", models.BooleanField(default=False, verbose_name="ongewijzigd bevestigd")),
                ("late", models.BooleanField(default=False, verbose_name="na sluiting")),
                ("after_deadline", models.BooleanField(default=False, verbose_name="na de inleverdatum")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "ingediend"),
                            ("returned", "teruggestuurd"),
                            ("approved", "goedgekeurd"),
                            ("superseded", "vervangen door een nieuwere"),
                        ],
                        default="submitted",
                        max_length=12,
                        verbose_name="fase",
                    ),
                ),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ingediend op")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="beslist op")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="covenants.agreement"
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="covenants.progressupdate",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="covenants.party"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="covenants.reportingslot",
                    ),
                ),
            ],
            options={
                "verbose_name": "voortgang",
                "verbose_name_plural": "voortgang",
                "ordering": ["slot", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("slot", "number"), name="update_number_once_per_slot"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "submitted")), fields=("slot",), name="update_one_waiting_per_slot"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["not_started", "on_course", "attention", "behind", "done"])),
                        name="update_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["submitted", "returned", "approved", "superseded"])),
                        name="update_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            models.Q(
                                ("denominator__gt", 0),
                                ("denominator__isnull", False),
                                ("numerator__gte", 0),
                                ("numerator__isnull", False),
                                ("numerator__lte", models.F("denominator")),
                            ),
                            _connector="OR",
                        ),
                        name="update_share_has_both_sides",
                        violation_error_message="Geef teller en noemer; de noemer is groter dan nul en niet kleiner dan de teller.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "superseded"]), ("decided_at__isnull", False), _connector="OR"
                        ),
                        name="update_decided_when_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("confirmed_on", models.DateField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "update_confirmed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="covenants.progressupdate",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="covenants.reportingslot",
                    ),
                ),
            ],
            options={
                "verbose_name": "bevestiging",
                "verbose_name_plural": "bevestigingen",
                "ordering": ["-confirmed_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("update_confirmed", "confirmed_on"), name="confirmation_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="CoResponsible",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="co_responsible",
                        to="covenants.commitment",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shared_commitments",
                        to="covenants.party",
                        verbose_name="partij",
                    ),
                ),
            ],
            options={
                "verbose_name": "medeverantwoordelijke",
                "verbose_name_plural": "medeverantwoordelijken",
                "ordering": ["party__name"],
                "constraints": [models.UniqueConstraint(fields=("commitment", "party"), name="co_responsible_once")],
            },
        ),
        migrations.CreateModel(
            name="CountingRuling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="nummer")),
                ("question", models.CharField(max_length=300, verbose_name="vraag")),
                ("ruling", models.TextField(verbose_name="uitspraak")),
                ("decided_on", models.DateField(verbose_name="besloten op")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="covenants.countingruling",
                    ),
                ),
            ],
            options={
                "verbose_name": "telregel",
                "verbose_name_plural": "telregels",
                "ordering": ["agreement", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "number"), name="ruling_number_once_per_agreement"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ruling", ""), _negated=True), models.Q(("question", ""), _negated=True)
                        ),
                        name="ruling_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.DateField()),
                ("after", models.DateField()),
                ("reason", models.TextField(verbose_name="reden")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="covenants.party",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadline_changes",
                        to="covenants.reportinground",
                    ),
                ),
            ],
            options={
                "verbose_name": "verschoven inleverdatum",
                "verbose_name_plural": "verschoven inleverdata",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="deadline_change_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wacht op verzending"),
                            ("sending", "wordt verzonden"),
                            ("sent", "verzonden"),
                            ("unknown", "onzeker of het is aangekomen: de verzending is afgebroken"),
                            ("failed", "niet verzonden"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("message_id", models.CharField(blank=True, max_length=120)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "dagbericht",
                "verbose_name_plural": "dagberichten",
                "ordering": ["-day", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "day"), name="digest_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sending", "sent", "unknown", "failed"])),
                        name="digest_state_known",
                    ),
                ],
                "indexes": [models.Index(fields=["state", "day"], name="digests_to_send")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150, verbose_name="bestandsnaam")),
                ("kind", models.CharField(max_length=20)),
                ("mime", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField(verbose_name="grootte")),
                ("sha256", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("shows", models.CharField(max_length=300, verbose_name="wat het laat zien")),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("clean", "gecontroleerd op virussen"),
                            ("not_scanned", "niet op virussen gecontroleerd: geen scanner ingesteld"),
                            ("quarantined", "apart gezet tot de virusscanner weer werkt"),
                            ("infected", "geweigerd door de virusscanner"),
                        ],
                        default="not_scanned",
                        max_length=12,
                        verbose_name="viruscontrole",
                    ),
                ),
                ("in_draft", models.BooleanField(default=True)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "dated_earliest",
                    models.DateField(blank=True, help_text="datum van het stuk", null=True, verbose_name="vroegst"),
                ),
                (
                    "dated_latest",
                    models.DateField(blank=True, help_text="datum van het stuk", null=True, verbose_name="laatst"),
                ),
                (
                    "dated_words",
                    models.CharField(
                        blank=True, help_text="datum van het stuk", max_length=120, verbose_name="in woorden"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="covenants.party"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="covenants.reportingslot",
                    ),
                ),
            ],
            options={
                "verbose_name": "bewijsstuk",
                "verbose_name_plural": "bewijsstukken",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("in_draft", True)), fields=("slot", "sha256"), name="evidence_once_per_slot"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__in", ["clean", "not_scanned", "quarantined", "infected"])),
                        name="evidence_scan_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shows", ""), _negated=True), name="evidence_shows_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dated_earliest__isnull", True),
                            ("dated_latest__isnull", True),
                            ("dated_earliest__lte", models.F("dated_latest")),
                            _connector="OR",
                        ),
                        name="evidence_dated_in_order",
                        violation_error_message="De vroegste datum ligt na de laatste.",
                    ),
                ],
                "indexes": [models.Index(fields=["party", "size"], name="evidence_quota")],
            },
        ),
        migrations.CreateModel(
            name="EvidenceRequirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "size_class",
                    models.CharField(
                        blank=True,
                        choices=[("small", "klein"), ("medium", "middelgroot"), ("large", "groot")],
                        max_length=10,
                        verbose_name="grootte",
                    ),
                ),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "geen bewijs gevraagd"),
                            (1, "verklaard door de partij"),
                            (2, "onderbouwd met stukken"),
                            (3, "gecontroleerd door het secretariaat"),
                            (4, "gecontroleerd door een onafhankelijke commissie"),
                        ],
                        verbose_name="gevraagd bewijs",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_requirements",
                        to="covenants.commitment",
                    ),
                ),
            ],
            options={
                "verbose_name": "gevraagd bewijs",
                "verbose_name_plural": "gevraagd bewijs",
                "ordering": ["size_class"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment", "size_class"), name="evidence_requirement_once_per_size"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rung__in", [0, 1, 2, 3, 4])), name="evidence_requirement_rung_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size_class", ""), ("size_class__in", ["small", "medium", "large"]), _connector="OR"
                        ),
                        name="evidence_requirement_size_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="covenants.evidence"
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_uses",
                        to="covenants.progressupdate",
                    ),
                ),
            ],
            options={
                "verbose_name": "bijgevoegd bewijsstuk",
                "verbose_name_plural": "bijgevoegde bewijsstukken",
                "constraints": [
                    models.UniqueConstraint(fields=("update", "evidence"), name="evidence_once_per_update")
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAgreementRules",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "progress_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="voortgang",
                    ),
                ),
                (
                    "evidence_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="bewijsstukken",
                    ),
                ),
                (
                    "review_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="beoordelingen",
                    ),
                ),
                (
                    "reply_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                        verbose_name="weerwoord",
                    ),
                ),
                (
                    "minimum_count",
                    models.PositiveSmallIntegerField(default=5, verbose_name="kleinste aantal in een openbaar totaal"),
                ),
                (
                    "dominance_percent",
                    models.PositiveSmallIntegerField(default=10, verbose_name="p% voor overheersing"),
                ),
                ("stale_after_days", models.PositiveSmallIntegerField(default=92, verbose_name="verouderd na dagen")),
                (
                    "reply_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="termijn voor weerwoord in dagen"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical rapportageregels",
                "verbose_name_plural": "historical rapportageregels",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCoResponsible",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.commitment",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.party",
                        verbose_name="partij",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical medeverantwoordelijke",
                "verbose_name_plural": "historical medeverantwoordelijken",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalEvidenceRequirement",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "size_class",
                    models.CharField(
                        blank=True,
                        choices=[("small", "klein"), ("medium", "middelgroot"), ("large", "groot")],
                        max_length=10,
                        verbose_name="grootte",
                    ),
                ),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "geen bewijs gevraagd"),
                            (1, "verklaard door de partij"),
                            (2, "onderbouwd met stukken"),
                            (3, "gecontroleerd door het secretariaat"),
                            (4, "gecontroleerd door een onafhankelijke commissie"),
                        ],
                        verbose_name="gevraagd bewijs",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.commitment",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical gevraagd bewijs",
                "verbose_name_plural": "historical gevraagd bewijs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPartyMembership",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "began_earliest",
                    models.DateField(blank=True, help_text="lid sinds", null=True, verbose_name="vroegst"),
                ),
                ("began_latest", models.DateField(blank=True, help_text="lid sinds", null=True, verbose_name="laatst")),
                (
                    "began_words",
                    models.CharField(blank=True, help_text="lid sinds", max_length=120, verbose_name="in woorden"),
                ),
                (
                    "ended_earliest",
                    models.DateField(blank=True, help_text="lid tot en met", null=True, verbose_name="vroegst"),
                ),
                (
                    "ended_latest",
                    models.DateField(blank=True, help_text="lid tot en met", null=True, verbose_name="laatst"),
                ),
                (
                    "ended_words",
                    models.CharField(blank=True, help_text="lid tot en met", max_length=120, verbose_name="in woorden"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "association",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.party",
                        verbose_name="brancheorganisatie",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.party",
                        verbose_name="lid",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical lidmaatschap",
                "verbose_name_plural": "historical lidmaatschappen",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalReportingRound",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("title_nl", models.CharField(max_length=120, verbose_name="naam")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="naam in het Engels")),
                ("period_first", models.DateField(verbose_name="eerste dag van de periode")),
                ("period_last", models.DateField(verbose_name="laatste dag van de periode")),
                ("due_on", models.DateField(verbose_name="inleverdatum")),
                (
                    "progress_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "evidence_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "review_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                (
                    "reply_level",
                    models.CharField(
                        choices=[
                            ("own_party", "alleen de eigen partij"),
                            ("secretariat", "eigen partij en secretariaat"),
                            ("steering_group", "ook de stuurgroep"),
                            ("parties", "ook de andere partijen van het akkoord"),
                            ("public", "iedereen die in het portaal werkt, en het jaaroverzicht"),
                        ],
                        default="secretariat",
                        max_length=20,
                    ),
                ),
                ("minimum_count", models.PositiveSmallIntegerField(default=5)),
                ("dominance_percent", models.PositiveSmallIntegerField(default=10)),
                ("stale_after_days", models.PositiveSmallIntegerField(default=92)),
                ("reply_days", models.PositiveSmallIntegerField(default=14)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="geopend op")),
                ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="gesloten op")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.agreement",
                        verbose_name="akkoord",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="covenants.reportinground",
                        verbose_name="vorige ronde",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical rapportageronde",
                "verbose_name_plural": "historical rapportagerondes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mailadres")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("contributor", "invuller: vult in, dient niet in"),
                            ("submitter", "indiener: vult in en dient in"),
                            ("coordinator", "coördinator: dient in, nodigt uit en draagt over"),
                        ],
                        max_length=20,
                        verbose_name="rol",
                    ),
                ),
                ("began_on", models.DateField(verbose_name="begin")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="einde")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Nederlands"), ("en", "English")],
                        default="nl",
                        max_length=2,
                        verbose_name="taal",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(verbose_name="geldig tot")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="verzonden op")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="gebruikt op")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="ingetrokken op")),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="covenants.party",
                        verbose_name="partij",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "uitnodiging",
                "verbose_name_plural": "uitnodigingen",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["contributor", "submitter", "coordinator"])),
                        name="invitation_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="invitation_expires_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__gte", models.F("began_on")), _connector="OR"
                        ),
                        name="invitation_ends_after_start",
                        violation_error_message="De einddatum ligt voor de begindatum.",
                    ),
                ],
                "indexes": [models.Index(fields=["party", "-created_at"], name="invitations_of_party")],
            },
        ),
        migrations.CreateModel(
            name="PartyMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "began_earliest",
                    models.DateField(blank=True, help_text="lid sinds", null=True, verbose_name="vroegst"),
                ),
                ("began_latest", models.DateField(blank=True, help_text="lid sinds", null=True, verbose_name="laatst")),
                (
                    "began_words",
                    models.CharField(blank=True, help_text="lid sinds", max_length=120, verbose_name="in woorden"),
                ),
                (
                    "ended_earliest",
                    models.DateField(blank=True, help_text="lid tot en met", null=True, verbose_name="vroegst"),
                ),
                (
                    "ended_latest",
                    models.DateField(blank=True, help_text="lid tot en met", null=True, verbose_name="laatst"),
                ),
                (
                    "ended_words",
                    models.CharField(blank=True, help_text="lid tot en met", max_length=120, verbose_name="in woorden"),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="covenants.party",
                        verbose_name="brancheorganisatie",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="covenants.party",
                        verbose_name="lid",
                    ),
                ),
            ],
            options={
                "verbose_name": "lidmaatschap",
                "verbose_name_plural": "lidmaatschappen",
                "ordering": ["association", "member__name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("began_earliest__isnull", True),
                            ("began_latest__isnull", True),
                            ("began_earliest__lte", models.F("began_latest")),
                            _connector="OR",
                        ),
                        name="membership_began_in_order",
                        violation_error_message="De vroegste datum ligt na de laatste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_earliest__isnull", True),
                            ("ended_latest__isnull", True),
                            ("ended_earliest__lte", models.F("ended_latest")),
                            _connector="OR",
                        ),
                        name="membership_ended_in_order",
                        violation_error_message="De vroegste datum ligt na de laatste.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_earliest__isnull", True), ("ended_latest__isnull", True)),
                        fields=("association", "member"),
                        name="membership_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("association", models.F("member")), _negated=True),
                        name="membership_of_another",
                        violation_error_message="Een partij is geen lid van zichzelf.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "Niet begonnen"),
                            ("on_course", "Op koers"),
                            ("attention", "Vraagt aandacht"),
                            ("behind", "Loopt achter"),
                            ("done", "Klaar"),
                        ],
                        max_length=20,
                        verbose_name="stand",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=40, verbose_name="waarde")),
                ("numerator", models.CharField(blank=True, max_length=40, verbose_name="teller")),
                ("denominator", models.CharField(blank=True, max_length=40, verbose_name="noemer")),
                ("text", models.TextField(blank=True, verbose_name="toelichting")),
                ("private_note", models.TextField(blank=True, verbose_name="bericht aan het secretariaat")),
                ("carried_confirmed", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="covenants.progressupdate",
                    ),
                ),
                (
                    "slot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draft", to="covenants.reportingslot"
                    ),
                ),
            ],
            options={
                "verbose_name": "concept",
                "verbose_name_plural": "concepten",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", ""),
                            ("status__in", ["not_started", "on_course", "attention", "behind", "done"]),
                            _connector="OR",
                        ),
                        name="draft_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("before", "zeven dagen voor de inleverdatum"),
                            ("on_day", "op de inleverdatum"),
                            ("after", "zeven dagen na de inleverdatum"),
                            ("coordinator", "aan de coördinator, veertien dagen na de inleverdatum"),
                            ("facilitator", "aan de procesbegeleider, eenentwintig dagen na de inleverdatum"),
                            ("returned", "iets is teruggestuurd"),
                            ("decided", "iets is beoordeeld"),
                        ],
                        max_length=12,
                    ),
                ),
                ("due_on", models.DateField()),
                ("about", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="covenants.digest"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="covenants.reportingslot",
                    ),
                ),
            ],
            options={
                "verbose_name": "herinnering",
                "verbose_name_plural": "herinneringen",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("slot", "step", "due_on", "about", "recipient"), name="reminder_once_a_rung"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                ["before", "on_day", "after", "coordinator", "facilitator", "returned", "decided"],
                            )
                        ),
                        name="reminder_step_known",
                    ),
                ],
                "indexes": [models.Index(fields=["digest", "slot"], name="reminders_of_digest")],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decision",
                    models.CharField(
                        choices=[("returned", "teruggestuurd"), ("approved", "goedgekeurd")],
                        max_length=10,
                        verbose_name="beslissing",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reden")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("compliant", "voldoet"),
                            ("partly", "voldoet deels"),
                            ("not_compliant", "voldoet niet"),
                            ("not_assessed", "niet beoordeeld"),
                        ],
                        max_length=20,
                        verbose_name="oordeel",
                    ),
                ),
                (
                    "rung_reached",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "geen bewijs gevraagd"),
                            (1, "verklaard door de partij"),
                            (2, "onderbouwd met stukken"),
                            (3, "gecontroleerd door het secretariaat"),
                            (4, "gecontroleerd door een onafhankelijke commissie"),
                        ],
                        null=True,
                        verbose_name="bereikt bewijs",
                    ),
                ),
                ("assessment", models.TextField(blank=True, verbose_name="toelichting op het oordeel")),
                ("reply_until", models.DateField(blank=True, null=True, verbose_name="weerwoord mogelijk tot en met")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rulings",
                    models.ManyToManyField(
                        blank=True, related_name="cited_in", to="covenants.countingruling", verbose_name="telregels"
                    ),
                ),
                (
                    "update",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review",
                        to="covenants.progressupdate",
                    ),
                ),
            ],
            options={
                "verbose_name": "beoordeling",
                "verbose_name_plural": "beoordelingen",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["returned", "approved"])), name="review_decision_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "returned"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_returned_has_reason",
                        violation_error_message="Geef een reden; die blijft in het dossier staan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "returned"), ("verdict", "")),
                            models.Q(
                                ("decision", "approved"),
                                ("reply_until__isnull", False),
                                ("verdict__in", ["compliant", "partly", "not_compliant", "not_assessed"]),
                            ),
                            _connector="OR",
                        ),
                        name="review_approved_has_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="weerwoord")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reply", to="covenants.review"
                    ),
                ),
            ],
            options={
                "verbose_name": "weerwoord",
                "verbose_name_plural": "weerwoorden",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="reply_says_something")
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("definition_version", models.PositiveSmallIntegerField()),
                ("table", models.JSONField()),
                ("report", models.JSONField()),
                ("contributions", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("reason", models.TextField(blank=True, verbose_name="toelichting")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="covenants.reportinground",
                    ),
                ),
            ],
            options={
                "verbose_name": "vrijgegeven totalen",
                "verbose_name_plural": "vrijgegeven totalen",
                "ordering": ["round", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="release_number_once_per_round")
                ],
            },
        ),
        migrations.AddField(
            model_name="reportingslot",
            name="approved",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="covenants.progressupdate",
            ),
        ),
        migrations.AddField(
            model_name="reportingslot",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="covenants.progressupdate",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("current__isnull", True), ("state", "silent")),
                    models.Q(models.Q(("state", "silent"), _negated=True), ("current__isnull", False)),
                    _connector="OR",
                ),
                name="slot_silent_has_nothing_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), ("approved__isnull", False), _connector="OR"
                ),
                name="slot_approved_has_approved_update",
            ),
        ),
    ]
