"""Addresses of this room at the staff door. None carries a name, a number or a place."""

from __future__ import annotations

from django.urls import path

from .views import around, lists, opening, sheet

FILE = "files/<uuid:subject_id>/case"

app_name = "cases"
urlpatterns = [
    path("cases/", lists.mine, name="mine"),
    path("cases/open/", opening.open_case, name="open"),
    path("cases/open/new/", opening.new_case, name="new"),
    path("cases/open/group/", opening.open_group, name="group"),
    path("cases/team/", lists.team, name="team"),
    path("cases/team/<uuid:person_id>/offer/", lists.caseload, name="caseload"),
    path("cases/offers/", lists.hand_overs, name="hand_overs"),
    path("cases/offers/<uuid:batch>/accept/", lists.accept, name="accept"),
    path("cases/offers/<uuid:batch>/decline/", lists.decline, name="decline"),
    path("cases/offers/<uuid:batch>/undo/", lists.undo, name="undo"),
    path("cases/cover/", lists.cover, name="cover"),
    path("cases/cover/<uuid:cover_id>/end/", lists.end_cover, name="end_cover"),
    path(f"{FILE}/", sheet.sheet, name="sheet"),
    path(f"{FILE}/risk/", sheet.risk, name="risk"),
    path(f"{FILE}/tonight/", sheet.night, name="night"),
    path(f"{FILE}/seen/", sheet.seen, name="seen"),
    path(f"{FILE}/languages/", sheet.languages, name="languages"),
    path(f"{FILE}/guardian/", sheet.guardian, name="guardian"),
    path(f"{FILE}/responsible-adult/", sheet.interim, name="interim"),
    path(f"{FILE}/offer/", lists.hand_over, name="hand_over"),
    path(f"{FILE}/take/", lists.take, name="take"),
    path(f"{FILE}/sibling/", opening.open_beside, {"kind": "siblings"}, name="sibling"),
    path(f"{FILE}/baby/", opening.open_beside, {"kind": "baby"}, name="baby"),
    path(f"{FILE}/people/", around.around, name="around"),
    path(f"{FILE}/people/add/", around.add_person, name="add_person"),
    path(f"{FILE}/people/<uuid:around_id>/", around.change_person, name="change_person"),
    path(f"{FILE}/people/<uuid:around_id>/allegation/", around.add_allegation, name="add_allegation"),
    path(f"{FILE}/allegations/", around.allegations, name="allegations"),
    path(f"{FILE}/allegations/<uuid:allegation_id>/", around.change_allegation, name="change_allegation"),
    path(f"{FILE}/links/<uuid:link_id>/apart/", around.apart, name="apart"),
    path(f"{FILE}/links/<uuid:link_id>/together/", around.together, name="together"),
]
