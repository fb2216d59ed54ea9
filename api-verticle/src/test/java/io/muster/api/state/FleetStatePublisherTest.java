package io.muster.api.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.state.FleetHost;
import io.muster.schema.state.HostState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetStatePublisherTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final StateFleet fleet = new StateFleet("e");
  private final List<FleetState> published = new ArrayList<>();

  FleetStatePublisherTest() {
    fleet.states().subscribe(published::add);
  }

  @Test
  void current_beforeTheFirstFrame_hasNoHosts() {
    assertThat(text(fleet.current().full())).contains("\"seq\":0,").contains("\"hosts\":[]");
  }

  @Test
  void tick_ofSeveralHosts_isOneState() {
    fleet.tick(List.of(StateFleet.host("a", 1), StateFleet.host("b", 2)));
    published.clear();

    fleet.tick(List.of(StateFleet.host("a", 1), StateFleet.host("b", 3)));

    assertThat(published).hasSize(1);
    assertThat(published.get(0).hosts())
        .extracting(host -> host.facts().host())
        .containsExactly("a", "b");
  }

  @Test
  void tick_changedHost_isTheOnlyOneInTheChange() {
    fleet.tick(List.of(StateFleet.host("a", 1), StateFleet.host("b", 2)));
    var before = fleet.current();
    fleet.tick(List.of(StateFleet.host("a", 1), StateFleet.host("b", 3)));

    var change = new JsonObject(text(fleet.current().changeSince(before.position())));

    assertThat(change.getJsonArray("hosts")).isEmpty();
    assertThat(change.getJsonArray("values"))
        .hasSize(1)
        .first()
        .asString()
        .isEqualTo(new JsonArray("[2,[0,null,null],[0,3,null,null,null]]").toString());
  }

  @Test
  void tick_unchangedFleet_isAnEmptyChange() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    var before = fleet.current();

    fleet.tick(List.of(StateFleet.host("a", 1)));

    assertThat(fleet.current().head().sequence()).isEqualTo(before.head().sequence() + 1);
    assertThat(text(fleet.current().changeSince(before.position())))
        .endsWith("\"hosts\":[],\"gone\":[],\"values\":[]}");
  }

  @Test
  void second_hostWithoutFrames_becomesStaleThenSilentThenGone() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    published.clear();

    for (int second = 0; second < 100; second++) {
      fleet.advance(SECOND);
    }

    assertThat(published)
        .extracting(state -> state.hosts().stream().map(FleetStatePublisherTest::state).toList())
        .containsExactly(List.of(HostState.STALE), List.of(HostState.SILENT), List.of());
    var seen = published.get(1).hosts().get(0).summary().lastSeenAt();
    assertThat(seen).contains(StateFleet.START);
    assertThat(new JsonObject(text(change(2))).getJsonArray("gone")).containsExactly(1);
  }

  @Test
  void tick_afterSilence_isTheHostAgain() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    fleet.advance(Duration.ofSeconds(20));
    assertThat(state(fleet.current().hosts().get(0))).isEqualTo(HostState.SILENT);

    fleet.tick(List.of(StateFleet.host("a", 1)));

    var host = fleet.current().hosts().get(0);
    assertThat(state(host)).isEqualTo(HostState.OK);
    assertThat(host.facts().id()).as("the id stays").isEqualTo(1);
    assertThat(host.summary().lastSeenAt()).isEmpty();
  }

  @Test
  void tick_hostThatWasRemoved_hasANewId() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    fleet.advance(Duration.ofMinutes(2));
    fleet.tick(List.of(StateFleet.host("a", 1)));

    assertThat(fleet.current().hosts().get(0).facts().id()).isEqualTo(2);
  }

  @Test
  void second_maintenance_hidesSilence() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    var clientId = fleet.current().hosts().get(0).facts().clientId();

    fleet.states().setMaintenance(Set.of(clientId));
    fleet.advance(SECOND);
    assertThat(state(fleet.current().hosts().get(0))).isEqualTo(HostState.MAINTENANCE);
    assertThat(fleet.current().hosts().get(0).summary().lastSeenAt()).isEmpty();

    fleet.advance(Duration.ofSeconds(20));
    assertThat(state(fleet.current().hosts().get(0))).isEqualTo(HostState.MAINTENANCE);
    assertThat(fleet.current().hosts().get(0).summary().lastSeenAt()).contains(StateFleet.START);

    fleet.states().setMaintenance(Set.of());
    fleet.advance(SECOND);
    assertThat(state(fleet.current().hosts().get(0))).isEqualTo(HostState.SILENT);
  }

  @Test
  void changeSince_slowSubscribers_shareChangesByPowersOfTwo() {
    for (int tick = 0; tick < 9; tick++) {
      fleet.tick(List.of(StateFleet.host("a", tick)));
    }
    var state = fleet.current();

    assertThat(changeOver(state, 5)).isSameAs(changeOver(state, 8));
    assertThat(changeOver(state, 4)).isNotSameAs(changeOver(state, 5));
    assertThat(text(changeOver(state, 5))).contains("\"from\":1,\"seq\":9");
    assertThat(text(changeOver(state, 1))).contains("\"from\":8,\"seq\":9");
  }

  @Test
  void covers_positionsOfThisEpochOnly() {
    fleet.tick(List.of(StateFleet.host("a", 1)));
    var state = fleet.current();

    assertThat(state.covers(new StatePosition("e", 0))).isTrue();
    assertThat(state.covers(new StatePosition("e", 1))).isTrue();
    assertThat(state.covers(new StatePosition("e", 2))).as("in the future").isFalse();
    assertThat(state.covers(new StatePosition("e", -1))).isFalse();
    assertThat(state.covers(new StatePosition("f", 1))).isFalse();
  }

  @Test
  void parse_idOfAnEvent_isThePosition() {
    var position = fleet.current().position();

    assertThat(StatePosition.parse(position.toString())).contains(position);
    assertThat(StatePosition.parse("2026-08-08T12:34:56Z")).isEqualTo(Optional.empty());
    assertThat(StatePosition.parse("e")).isEmpty();
    assertThat(StatePosition.parse("e-")).isEmpty();
  }

  private StateBytes change(int index) {
    return published.get(index).changeSince(published.get(index - 1).position());
  }

  private static StateBytes changeOver(FleetState state, long states) {
    return state.changeSince(new StatePosition("e", state.head().sequence() - states));
  }

  private static HostState state(FleetHost host) {
    return host.summary().state();
  }

  private static String text(StateBytes bytes) {
    return new String(bytes.json(), UTF_8);
  }
}
