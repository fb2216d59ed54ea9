package io.muster.aggregator.event;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.HistoryFixture;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.muster.schema.event.Observation.Silence;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host that an api node no longer hears, and the list of events. */
class SilenceIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration WINDOW = Duration.ofSeconds(20);

  private final List<FleetEvent> published = new ArrayList<>();
  private final HistoryFixture fixture = new HistoryFixture(postgres.database());
  private PostgresEventService service;
  private String client;

  @BeforeEach
  void open() {
    fixture.query("TRUNCATE client, heartbeat, fleet_event, fleet_condition CASCADE");
    service = new PostgresEventService(postgres.database(), () -> NOON, published::addAll);
    client = fixture.insertClient();
  }

  @Test
  void store_silenceWithoutHeartbeats_beginsAtTheLastFrameAndEndsAtTheNext() {
    var lastFrame = NOON.minusSeconds(60);
    fixture.store(NOON, batch(client, lastFrame));

    store(silent(7, lastFrame), silent(7, lastFrame));
    store(back(8, NOON.minusSeconds(10)));

    assertThat(published)
        .extracting(FleetEvent::phase)
        .containsExactly(EventPhase.BEGIN, EventPhase.END);
    assertThat(published.get(0).at()).isEqualTo(WireTime.utcMicros(lastFrame));
    assertThat(published.get(1).since()).contains(WireTime.utcMicros(lastFrame));
  }

  @Test
  void store_silenceThatAHeartbeatContradicts_isNoEvent() {
    var lastFrame = NOON.minusSeconds(60);
    fixture.store(NOON, batch(client, lastFrame, lastFrame.plusSeconds(10)));

    store(silent(7, lastFrame), back(20, NOON.minusSeconds(10)));

    assertThat(published).isEmpty();
  }

  @Test
  void store_silenceOfAHostWhoseClockIsWrong_isComparedByThatClock() {
    var offset = Duration.ofHours(1);
    var lastFrame = NOON.minusSeconds(60);
    fixture.store(
        NOON,
        new HeartbeatBatch(
            client,
            OptionalLong.of(NOON.minus(offset).toEpochMilli()),
            batch(client, lastFrame.minus(offset)).heartbeats()));
    store(silent(7, lastFrame.minus(offset)));
    assertThat(published).hasSize(1);

    fixture.store(
        NOON,
        new HeartbeatBatch(
            client,
            OptionalLong.of(NOON.minus(offset).toEpochMilli()),
            batch(client, NOON.minusSeconds(20).minus(offset)).heartbeats()));
    store(back(9, NOON.minusSeconds(40)), silent(9, NOON.minusSeconds(30).minus(offset)));
    assertThat(published).hasSize(2);
  }

  /** The collector has restarted, and its clock was set back. */
  @Test
  void store_olderBootAMinuteLater_counts() {
    store(silent(7, NOON.minusSeconds(300)));
    var olderBoot = new Position(0, 2);
    store(observation(false, olderBoot, NOON.minusSeconds(290), Optional.empty()));
    assertThat(published).hasSize(1);
    store(observation(false, olderBoot, NOON.minusSeconds(200), Optional.empty()));
    assertThat(published).hasSize(2);
  }

  @Test
  void store_instantInTheFuture_isNow() {
    store(observation(true, new Position(1, 1), NOON.plusSeconds(86_400 * 60), Optional.empty()));
    assertThat(published.get(0).at()).isEqualTo(WireTime.utcMicros(NOON));
  }

  @Test
  void store_kindOfAnAggregator_isRejected() {
    var warning =
        new Observation(
            ConditionKey.ofHost(client, EventKind.WARNING_DISK_FULL),
            EventSubject.ofHost("gpu-01", client),
            true,
            new Position(1, 1),
            NOON.toEpochMilli(),
            Optional.empty(),
            Map.of());
    assertThatThrownBy(() -> store(warning)).hasMessageContaining("kind=warning_disk_full");
  }

  @Test
  void events_conditions_selectThem() {
    fixture.setColumn(client, "name", "'renamed'");
    store(silent(7, NOON.minusSeconds(300)), back(8, NOON.minusSeconds(200)));

    assertThat(events(query(Optional.of("gpu-01"), Optional.empty()))).hasSize(2);
    assertThat(events(query(Optional.of("renamed"), Optional.empty()))).hasSize(2);
    assertThat(events(query(Optional.of(client), Optional.of("host_silent")))).hasSize(2);
    assertThat(events(query(Optional.of("gpu-02"), Optional.empty()))).isEmpty();
    assertThat(events(query(Optional.empty(), Optional.of("gpu_lost")))).isEmpty();
    assertThat(
            events(
                new FleetEventQuery(
                    Optional.of(NOON.minusSeconds(300).toEpochMilli()),
                    Optional.of(NOON.minusSeconds(200).toEpochMilli()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    10)))
        .singleElement()
        .extracting(FleetEvent::phase)
        .isEqualTo(EventPhase.BEGIN);
    assertThatThrownBy(
            () ->
                events(
                    new FleetEventQuery(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("bm9uZQ"),
                        10)))
        .hasMessageContaining("cursor: expected next_cursor");
  }

  private void store(Observation... observations) {
    await(service.store(new ObservationBatch(List.of(observations))));
  }

  private List<FleetEvent> events(FleetEventQuery query) {
    return await(service.events(query)).events();
  }

  private static FleetEventQuery query(Optional<String> host, Optional<String> kind) {
    return new FleetEventQuery(
        Optional.empty(), Optional.empty(), host, kind, Optional.empty(), 10);
  }

  /** Returns what an api node reports that has not heard the host since a frame. */
  private Observation silent(long sequence, Instant lastFrameAt) {
    var silence =
        new Silence(
            lastFrameAt.plusSeconds(1).toEpochMilli(), lastFrameAt.plus(WINDOW).toEpochMilli());
    return observation(true, new Position(1, 2 * sequence + 1), lastFrameAt, Optional.of(silence));
  }

  private Observation back(long sequence, Instant at) {
    return observation(false, new Position(1, 2 * sequence), at, Optional.empty());
  }

  private Observation observation(
      boolean isOpen, Position position, Instant at, Optional<Silence> silence) {
    return new Observation(
        ConditionKey.ofHost(client, EventKind.HOST_SILENT),
        EventSubject.ofHost("gpu-01", client),
        isOpen,
        position,
        at.toEpochMilli(),
        silence,
        Map.of());
  }
}
