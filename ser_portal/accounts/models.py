"""People who log in. What somebody may see follows from dated rows in the domain, not from this table alone."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The one side a person stands on. A facilitator who acts for a party needs a second account."""

    READER = "reader", _("Lezer")
    DELEGATE = "delegate", _("Gemachtigde")
    FACILITATOR = "facilitator", _("Procesbegeleider")
    REPORTING = "reporting", _("Rapportage")
    ADMINISTRATOR = "administrator", _("Beheerder")


class UserManager(BaseUserManager["User"]):
    """Makes people; an e-mail address is one person, however it is capitalised."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person. Raises ValueError without an address; an account without a password cannot sign in."""
        if not email:
            raise ValueError("Een gebruiker heeft een e-mailadres nodig.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the technical kind: reference data and accounts, no confidential values."""
        return self.create_user(email, password, **{**fields, "role": Role.ADMINISTRATOR, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account, known by e-mail address and name."""

    email = models.EmailField(_("e-mailadres"), max_length=254, unique=True)
    name = models.CharField(_("naam"), max_length=150, blank=True)
    role = models.CharField(_("rol"), max_length=20, choices=Role, default=Role.READER)
    language = models.CharField(
        _("taal"), max_length=2, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    is_active = models.BooleanField(_("actief"), default=True)
    is_demo = models.BooleanField(_("demo-account"), default=False, editable=False)
    date_joined = models.DateTimeField(_("aangemaakt op"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(name="user_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as shown beside what this person did."""
        return str(self)

    @property
    def is_staff(self) -> bool:
        """May open the administration of reference data; says nothing about confidential values."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def is_facilitator(self) -> bool:
        return self.role == Role.FACILITATOR

    @property
    def is_reporting(self) -> bool:
        return self.role == Role.REPORTING

    @property
    def is_delegate(self) -> bool:
        return self.role == Role.DELEGATE

    @property
    def is_reader(self) -> bool:
        return self.role == Role.READER
