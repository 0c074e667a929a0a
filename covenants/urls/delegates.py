"""People who act for a party: invitations, choosing for whom, handing over; members of an association."""

from django.urls import path

from covenants.views import delegates, invitations, memberships

PEOPLE = "partijen/<slug:slug>/gemachtigden/"

urlpatterns = [
    path(PEOPLE, delegates.delegates, name="delegates"),
    path(f"{PEOPLE}uitnodigen/", invitations.invite, name="invite"),
    path(f"{PEOPLE}<int:pk>/rol/", delegates.delegate_role, name="delegate_role"),
    path(f"{PEOPLE}<int:pk>/beeindigen/", delegates.delegate_end, name="delegate_end"),
    path(f"{PEOPLE}uitnodigingen/<int:pk>/intrekken/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path(f"{PEOPLE}uitnodigingen/<int:pk>/opnieuw/", invitations.invitation_renew, name="invitation_renew"),
    path("verplichtingen/<int:pk>/eigenaar/", delegates.slot_owner, name="slot_owner"),
    path("namens/", delegates.acting_for, name="acting"),
    path("uitnodiging/", invitations.invitation_accept, name="invitation_accept"),
    path("uitnodiging/<str:token>/", invitations.invitation, name="invitation"),
    path("partijen/<slug:slug>/leden/", memberships.members, name="members"),
    path("partijen/<slug:slug>/leden/<int:pk>/beeindigen/", memberships.membership_end, name="membership_end"),
]
