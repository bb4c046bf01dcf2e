"""Addresses of this room."""

from __future__ import annotations

from django.urls import path, re_path

from .views import api, emergency, files, holds, me, people, places, sharing

app_name = "access"
urlpatterns = [
    path("files/", files.files, name="files"),
    path("files/open/", files.open_file, name="open_file"),
    path("files/<uuid:subject_id>/", files.subject, name="subject"),
    path("files/<uuid:subject_id>/log/", files.subject_log, name="subject_log"),
    path("files/<uuid:subject_id>/access/", sharing.sharing, name="sharing"),
    path("files/<uuid:subject_id>/access/give/", sharing.give, name="give_access"),
    path("files/<uuid:subject_id>/access/consent/", sharing.consent, name="record_consent"),
    path("files/<uuid:subject_id>/access/block/", sharing.block, name="block_agency"),
    path("files/<uuid:subject_id>/access/restrict/", sharing.restrict, name="restrict"),
    path("files/<uuid:subject_id>/access/hand-over/", sharing.hand_over, name="hand_over"),
    path("files/<uuid:subject_id>/access/conflict/", sharing.conflict, name="declare_conflict"),
    path("access/<uuid:grant_id>/end/", sharing.end, name="end_access"),
    path("consents/<uuid:consent_id>/withdraw/", sharing.withdraw, name="withdraw_consent"),
    path("blocks/<uuid:block_id>/end/", sharing.unblock, name="end_block"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/reviews/", emergency.reviews, name="reviews"),
    path("emergency/reviews/<uuid:emergency_id>/", emergency.review, name="review"),
    path("holds/", holds.holds, name="holds"),
    path("holds/<uuid:subject_id>/", holds.hold, name="hold"),
    path("me/", me.me, name="me"),
    path("me/sign-ins/", me.sign_ins, name="sign_ins"),
    path("me/sign-ins/<uuid:sign_in_id>/end/", me.end_sign_in, name="end_sign_in"),
    path("acting/", me.choose_membership, name="choose_membership"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/connect/", people.add_client, name="add_client"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/end/", people.deactivate, name="deactivate"),
    path(
        "people/<uuid:person_id>/roles/<uuid:membership_id>/end/",
        people.end_membership,
        name="end_membership",
    ),
    path("agencies/", people.agencies, name="agencies"),
    path("agencies/add/", people.add_agency, name="add_agency"),
    path("agencies/units/add/", people.add_unit, name="add_unit"),
    path("places/", places.places, name="places"),
    path("places/catchment/", places.catchment, name="catchment"),
    path("protocols/", places.protocols, name="protocols"),
    path("protocols/propose/", places.propose_protocol, name="propose_protocol"),
    path("protocols/<uuid:protocol_id>/approve/", places.approve_protocol, name="approve_protocol"),
    path("duty/plan/", places.duty, name="duty"),
    path("log/", places.agency_log, name="agency_log"),
    # partners' systems; the last one answers in JSON for whatever else begins with /api/
    path("api/openapi.json", api.description, name="api_description"),
    path("api/me", api.me, name="api_me"),
    path("api/agencies", api.agencies, name="api_agencies"),
    path("api/areas", api.areas, name="api_areas"),
    path("api/files", api.files, name="api_files"),
    path("api/files/<uuid:subject_id>", api.file, name="api_file"),
    # (by an expression, because a path of Django's ends at a new line)
    re_path(r"^api/(?P<rest>[\s\S]*)$", api.nothing, name="api_nothing"),
]
