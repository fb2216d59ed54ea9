package io.muster.aggregator.event;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.runtime.database.Database;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.Observation;
import io.muster.schema.event.OpenConditionQuery;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two aggregators and two observers: whatever is lost, repeated, late or killed, each change of a
 * condition is stored once.
 */
class FleetEventsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant START = NOON.minus(Duration.ofHours(6));
  private static final int MINUTES = 200;

  /** Ends the connections of the aggregators, as kill -9 does: in the midst of transactions. */
  private static final String KILL =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
          + " AND query LIKE '%fleet_%'";

  private final List<Vertx> instances = List.of(Vertx.vertx(), Vertx.vertx());
  private final List<FleetEvent> published = Collections.synchronizedList(new ArrayList<>());
  private HistoryFixture fixture;
  private List<Database> databases = List.of();
  private List<PostgresEventService> aggregators = List.of();

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    fixture.query("TRUNCATE fleet_event, fleet_condition");
    databases = instances.stream().map(vertx -> postgres.open(vertx, () -> NOON)).toList();
    databases.forEach(database -> await(database.whenReady()));
    aggregators =
        databases.stream()
            .map(database -> new PostgresEventService(database, () -> NOON, published::addAll))
            .toList();
  }

  @AfterEach
  void close() {
    databases.forEach(database -> await(database.close()));
    instances.forEach(vertx -> await(vertx.close()));
  }

  @Test
  void store_twoObserversOfAllChanges_storeEachChangeOnce() {
    assertEachChangeStoredOnce(2);
  }

  @Tag("slow")
  @RepeatedTest(8)
  void store_twoObserversOfManyFleets_storeEachChangeOnce(RepetitionInfo repetition) {
    assertEachChangeStoredOnce(repetition.getCurrentRepetition());
  }

  private void assertEachChangeStoredOnce(int seed) {
    var random = new Random(seed);
    var history = FleetHistory.random(random, START, fixture.insertClients(3), MINUTES);
    var killer = kill(seed % 4);

    var first = observer(random, observations(history, Duration.ofSeconds(3))).reportAll();
    var second = observer(random, observations(history, Duration.ofSeconds(-7))).reportAll();
    await(Future.all(first, second, killer));

    assertThat(byCondition(texts(history, events())))
        .isEqualTo(byCondition(history.expectedEvents()));
    assertThat(texts(history, published))
        .isSubsetOf(history.expectedEvents())
        .doesNotHaveDuplicates();
    assertThat(openConditions())
        .containsExactlyInAnyOrderElementsOf(open(newest(observations(history, Duration.ZERO))));
  }

  /**
   * An observer that was partitioned, or has restarted, misses changes; it must invent none. At
   * last it compares its view with the open conditions, and reports the differences.
   */
  @Test
  void store_observersThatMissChanges_storeAlternatingPhasesAndTheNewestLevel() {
    assertAlternatingPhases(101);
  }

  @Tag("slow")
  @RepeatedTest(6)
  void store_manyObserversThatMissChanges_storeAlternatingPhases(RepetitionInfo repetition) {
    assertAlternatingPhases(101 + repetition.getCurrentRepetition());
  }

  private void assertAlternatingPhases(int seed) {
    var random = new Random(seed);
    var history = FleetHistory.random(random, START, fixture.insertClients(3), MINUTES);
    var seenByFirst = missSome(observations(history, Duration.ofSeconds(3)), random);
    var seenBySecond = missSome(observations(history, Duration.ofSeconds(-7)), random);

    await(
        Future.all(
            observer(random, seenByFirst).reportAll(), observer(random, seenBySecond).reportAll()));
    seenByFirst.addAll(seenBySecond);
    var newest = newest(seenByFirst);
    await(observer(random, newest).reportAll());

    var openSince = new HashMap<ConditionKey, String>();
    for (var event : events()) {
      var key = key(event);
      var begin = event.phase() == EventPhase.BEGIN;
      assertThat(openSince.containsKey(key)).as("open before %s", event).isEqualTo(!begin);
      assertThat(event.since()).isEqualTo(Optional.ofNullable(openSince.get(key)));
      if (begin) {
        openSince.put(key, event.at());
      } else {
        openSince.remove(key);
      }
    }
    assertThat(texts(history, events()))
        .isSubsetOf(history.expectedEvents())
        .doesNotHaveDuplicates();
    assertThat(openConditions()).containsExactlyInAnyOrderElementsOf(open(newest));
    assertThat(openSince.keySet()).containsExactlyInAnyOrderElementsOf(openConditions());
  }

  private TestObserver observer(Random random, List<Observation> observations) {
    return new TestObserver(
        postgres.vertx(), new Random(random.nextLong()), aggregators, observations);
  }

  private Future<?> kill(int times) {
    return times == 0
        ? Future.succeededFuture()
        : postgres
            .vertx()
            .timer(200)
            .compose(due -> postgres.database().withConnection(sql -> sql.query(KILL).execute()))
            .compose(killed -> kill(times - 1));
  }

  private static List<Observation> observations(FleetHistory history, Duration clockError) {
    return history.changes().stream().map(change -> change.observe(clockError)).toList();
  }

  private static List<Observation> missSome(List<Observation> observations, Random random) {
    var seen = new ArrayList<>(observations);
    seen.removeIf(each -> random.nextInt(3) == 0);
    return seen;
  }

  /** Returns all stored events, read page by page; oldest first. */
  private List<FleetEvent> events() {
    var events = new ArrayList<FleetEvent>();
    var cursor = Optional.<String>empty();
    do {
      var page = await(aggregators.get(0).events(query(cursor)));
      events.addAll(page.events());
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    Collections.reverse(events);
    return events;
  }

  private static FleetEventQuery query(Optional<String> cursor) {
    return new FleetEventQuery(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), cursor, 17);
  }

  private List<ConditionKey> openConditions() {
    return await(aggregators.get(1).openConditions(new OpenConditionQuery(EventKind.observed())));
  }

  private static List<ConditionKey> open(List<Observation> newest) {
    return newest.stream().filter(Observation::isOpen).map(Observation::key).toList();
  }

  /** Returns the newest observation of each condition. */
  private static List<Observation> newest(List<Observation> observations) {
    var newest = new HashMap<ConditionKey, Observation>();
    for (var observation : observations) {
      newest.merge(
          observation.key(),
          observation,
          (one, other) -> one.position().sequence() > other.position().sequence() ? one : other);
    }
    return List.copyOf(newest.values());
  }

  private static List<String> texts(FleetHistory history, List<FleetEvent> events) {
    return events.stream()
        .map(event -> history.text(key(event), event.phase(), Instant.parse(event.at())))
        .toList();
  }

  /** The clocks of the observers differ, so that only the order within a condition is certain. */
  private static Map<String, List<String>> byCondition(List<String> texts) {
    return texts.stream()
        .collect(
            Collectors.groupingBy(
                text -> text.replaceAll("^\\d+ | \\w+$", ""), TreeMap::new, Collectors.toList()));
  }

  private static ConditionKey key(FleetEvent event) {
    return ConditionKey.ofGpu(
        event.subject().clientId().orElseThrow(),
        event.subject().gpu().orElseThrow(),
        event.kind());
  }
}
