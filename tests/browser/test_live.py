"""Live everywhere: tabs on one connection, breaks that mend themselves, two maps."""

from django.db import connection
from playwright.sync_api import expect

from tests.workflow.streams import wait_until
from workflow import live

LIVE = '[data-live-state][data-connected="true"]'

COUNT_CUTS = """() => {
  window.cuts = 0
  const state = document.querySelector('[data-live-state]')
  const watcher = new MutationObserver(() => {
    if (state.dataset.connected !== 'true') window.cuts += 1
  })
  watcher.observe(state, { attributeFilter: ['data-connected'] })
}"""
REPLAYED = """() => document.querySelector('map-page').map.gl
  .getStyle().sources.replay.data.features.length"""


def is_question(request) -> bool:
    return "/live/since/" in request.url


def shows(page, case):
    page.wait_for_selector(f'[id="row-{case.uuid}"]')


def break_off():
    """The database ends the connection that listens: every stream ends with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [live.LISTENER],
        )


def test_tabs_share_a_connection_that_mends_itself(open_page, people, make_case):
    first = open_page(people["desk"], "/desk/")
    second = first.context.new_page()
    second.goto("/desk/")
    for page in (first, second):
        page.wait_for_selector(LIVE)
    wait_until(lambda: len(live.hub.watchers) == 1)
    first.evaluate(COUNT_CUTS)
    break_off()
    missed = make_case()
    for page in (first, second):
        shows(page, missed)
    # What ended in order and goes on at once was no break: nobody is alarmed.
    assert first.evaluate("cuts") == 0
    # A page that is put to sleep hears nothing, and on waking what it slept through.
    sleeper = second.context.new_cdp_session(second)
    sleeper.send("Page.setWebLifecycleState", {"state": "frozen"})
    slept = make_case()
    shows(first, slept)
    sleeper.send("Page.setWebLifecycleState", {"state": "active"})
    shows(second, slept)
    first.close()
    shows(second, make_case())


def test_where_a_proxy_keeps_the_stream_back_one_tab_asks(open_page, people, make_case):
    first = open_page(people["desk"])
    context = first.context
    context.add_init_script("delete window.SharedWorker")
    context.route("**/live/?after=*", lambda route: None)
    first.goto("/desk/")
    second = context.new_page()
    second.goto("/desk/")
    for page in (first, second):
        page.wait_for_selector(LIVE)
    assert not live.hub.watchers
    case = make_case()
    for page in (first, second):
        shows(page, case)
    # The one that asks is in the background, the other is looked at: it goes on asking.
    first.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    for _ in range(3):
        first.wait_for_event("request", is_question, timeout=15_000)
    context.unroute_all()
    first.close()
    wait_until(lambda: len(live.hub.watchers) == 1, seconds=20)
    shows(second, make_case())


def test_two_maps_follow_the_cases_that_each_may_see(open_page, people, make_case):
    make_case()
    ours, foreign = (open_page(people[name], "/map/") for name in ("desk", "outsider"))
    expect(ours.locator("live-map")).to_have_attribute("data-shown", "1")
    make_case()
    expect(ours.locator("live-map")).to_have_attribute("data-shown", "2")
    make_case(street=2)
    expect(foreign.locator("live-map")).to_have_attribute("data-shown", "1")
    expect(ours.locator("live-map")).to_have_attribute("data-shown", "2")
    ours.click("[data-replay-open]")
    expect(ours.locator("[data-replay]")).to_have_attribute("data-cases", "2")
    ours.locator("[data-replay-range]").fill("86400")
    expect(ours.locator("[data-replay-reported]")).to_have_text("2")
    # Nothing that draws the map anew takes the day away.
    ours.evaluate("document.querySelector('map-page').map.restyle()")
    assert ours.evaluate(REPLAYED) == 2
    make_case()
    expect(ours.locator("live-map")).to_have_attribute("data-shown", "2")
    ours.click("[data-replay-close]")
    expect(ours.locator("live-map")).to_have_attribute("data-shown", "3")
    assert ours.evaluate(REPLAYED) == 0
