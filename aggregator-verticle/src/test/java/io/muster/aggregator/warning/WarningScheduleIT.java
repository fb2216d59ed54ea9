package io.muster.aggregator.warning;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.ingest.PostgresHeartbeatStore;
import io.muster.aggregator.ingest.StoreFixture;
import io.muster.aggregator.rollup.PostgresRollup;
import io.muster.runtime.database.Database;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two aggregators store heartbeats that are late, repeated, silent for a while or of wrong clocks,
 * and roll up at any time. The warnings must be those of the stored heartbeats.
 */
class WarningScheduleIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CLIENTS = 6;
  private static final int HEARTBEATS = 250;

  private static final String OPEN_KINDS =
      "SELECT client_ref, kind FROM fleet_condition WHERE open AND kind LIKE 'warning%' ORDER BY 1, 2";
  private static final String RAISED_KINDS =
      "SELECT client_ref, 'warning_' || lower(w ->> 'warning') FROM client_state,"
          + " jsonb_array_elements(warnings) w WHERE (w ->> 'raised')::boolean ORDER BY 1, 2";

  /** Those that do not alternate, or of which an end does not name the begin before it. */
  private static final String MISPLACED_EVENTS =
      """
      SELECT * FROM (
        SELECT *, lag(since) OVER w AS since_before, lag(at) OVER w AS at_before, lag(id) OVER w AS id_before
        FROM fleet_event WINDOW w AS (PARTITION BY client_ref, kind ORDER BY id)) e
      WHERE CASE WHEN since IS NULL THEN id_before IS NOT NULL AND since_before IS NULL
        ELSE id_before IS NULL OR since_before IS NOT NULL OR at_before <> since END\
      """;

  private volatile Instant now = NOON;
  private HistoryFixture fixture;
  private Database second;
  private List<PostgresHeartbeatStore> stores = List.of();
  private List<PostgresRollup> rollups = List.of();

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    fixture.query("TRUNCATE client, client_hour, client_day, heartbeat, fleet_event CASCADE");
    second = postgres.open(postgres.vertx(), () -> now);
    await(second.whenReady());
    var databases = List.of(postgres.database(), second);
    stores =
        databases.stream().map(database -> StoreFixture.newStore(database, () -> now)).toList();
    rollups =
        databases.stream()
            .map(database -> new PostgresRollup(database, () -> now, stored -> {}))
            .toList();
  }

  @AfterEach
  void close() {
    await(second.close());
  }

  @Test
  void warnings_anyScheduleOfRollups_areThoseOfTheHeartbeats() {
    assertWarnings(new Random(1));
  }

  @Tag("slow")
  @RepeatedTest(10)
  void warnings_manySchedulesOfRollups_areThoseOfTheHeartbeats(RepetitionInfo repetition) {
    assertWarnings(new Random(100 + repetition.getCurrentRepetition()));
  }

  /** An evaluation that does not get on would begin again at once, for ever. */
  @Test
  void rollUp_hourOfTheNewestHeartbeatIsNotStored_considersTheHeartbeat() {
    var client = fixture.insertClients(1).get(0);
    var readings = new ReadingGenerator(new Random(1));
    var heartbeats =
        Stream.of(NOON.minusSeconds(3610), NOON.minusSeconds(3590), NOON)
            .map(at -> readings.next().heartbeat(at))
            .toList();
    fixture.store(NOON, new HeartbeatBatch(client, OptionalLong.empty(), heartbeats));
    var hour = NOON.toString();
    fixture.query(
        "UPDATE client_state SET warned_to = timestamptz '" + hour + "' - interval '1 ms'");
    fixture.query("DELETE FROM client_hour WHERE hour = '" + hour + "'");

    rollUp(0);

    assertThat(fixture.query("SELECT FROM client_state WHERE warned_to <> last_ts")).isEmpty();
  }

  private void assertWarnings(Random random) {
    var clients = fixture.insertClients(CLIENTS);
    var requests = new ArrayList<TimedBatch>();
    clients.forEach(client -> requests.addAll(requests(client, random)));
    requests.sort(Comparator.comparing(TimedBatch::sentAt));

    var raised = 0;
    for (var from = 0; from < requests.size(); ) {
      var until = Math.min(requests.size(), from + 1 + random.nextInt(12));
      store(requests.subList(from, until), random);
      if (random.nextInt(8) == 0) {
        rollUp(0);
        raised += assertExpected(clients);
      }
      from = until;
    }
    rollUp(1);

    assertThat(raised + assertExpected(clients)).isGreaterThan(CLIENTS);
    assertThat(
            fixture.query(
                "SELECT FROM client_state WHERE warned_to <> last_ts OR late_from IS NOT NULL"))
        .isEmpty();
    assertThat(fixture.query(OPEN_KINDS)).isEqualTo(fixture.query(RAISED_KINDS)).isNotEmpty();
    assertThat(fixture.query(MISPLACED_EVENTS)).isEmpty();
    assertThat(fixture.query("SELECT FROM fleet_event WHERE since IS NOT NULL")).isNotEmpty();
  }

  /** Stores each request on any aggregator, at the same time as others, or as a roll-up. */
  private void store(List<TimedBatch> requests, Random random) {
    var pending = new ArrayList<Future<?>>();
    for (var request : requests) {
      now = request.sentAt;
      var received = StoreFixture.receivedBatches(now, List.of(request.batch));
      pending.add(stores.get(random.nextInt(stores.size())).store(received));
      if (random.nextInt(6) == 0) {
        pending.add(rollups.get(random.nextInt(rollups.size())).rollUpIfDue(Duration.ZERO));
      }
      if (random.nextBoolean()) {
        await(Future.join(pending));
      }
    }
    await(Future.join(pending));
  }

  private void rollUp(int index) {
    assertThat(await(rollups.get(index).rollUpIfDue(Duration.ZERO))).isPresent();
  }

  /** Asserts that each client has the expected warnings, and returns their number. */
  private int assertExpected(List<String> clients) {
    var number = 0;
    for (var client : clients) {
      var expected = ExpectedWarnings.of(fixture, client);
      assertThat(actual(client)).as(client).isEqualTo(expected);
      number += expected.size();
    }
    return number;
  }

  private List<String> actual(String client) {
    return fixture.clientRows(client, "warnings::text", "client_state").stream()
        .map(row -> row.substring(1, row.length() - 1))
        .flatMap(
            json ->
                OpenWarning.readAll(Optional.of(json).filter(text -> !text.equals("null")))
                    .stream())
        .filter(OpenWarning::raised)
        .map(
            open ->
                "%s %s %d"
                    .formatted(
                        open.warning(),
                        Instant.ofEpochMilli(open.sinceMillis()),
                        open.peak().orElse(-1)))
        .sorted()
        .toList();
  }

  /** Returns the requests of a host: some are sent late, and some twice. */
  private static List<TimedBatch> requests(String client, Random random) {
    var readings = new ReadingGenerator(random);
    var clockLag = random.nextInt(3) == 0 ? Duration.ofMinutes(40) : Duration.ZERO;
    var at = NOON.minus(Duration.ofHours(60)).plusSeconds(random.nextInt(4000));
    var requests = new ArrayList<TimedBatch>();
    for (var sent = 0; sent < HEARTBEATS; ) {
      var number = 1 + random.nextInt(8);
      var heartbeats = new ArrayList<Heartbeat>();
      for (var i = 0; i < number; i++) {
        at = at.plusSeconds(random.nextInt(40) == 0 ? random.nextInt(10_000) : 10);
        heartbeats.add(readings.next().heartbeat(at.minus(clockLag)));
      }
      sent += number;
      if (random.nextInt(40) == 0) {
        clockLag = random.nextBoolean() ? Duration.ZERO : Duration.ofMinutes(random.nextInt(90));
      }
      var sentAt = at.plusSeconds(random.nextInt(3) == 0 ? random.nextInt(12_000) : 1);
      var batch =
          new HeartbeatBatch(
              client, OptionalLong.of(sentAt.minus(clockLag).toEpochMilli()), heartbeats);
      requests.add(new TimedBatch(sentAt, batch));
      if (random.nextInt(5) == 0) {
        var again = Duration.ofSeconds(random.nextInt(600));
        requests.add(
            new TimedBatch(
                sentAt.plus(again),
                new HeartbeatBatch(
                    client,
                    OptionalLong.of(sentAt.plus(again).minus(clockLag).toEpochMilli()),
                    heartbeats)));
      }
    }
    return requests;
  }

  private record TimedBatch(Instant sentAt, HeartbeatBatch batch) {}

  /** Readings that stay near some limit for a while, and change then. */
  private static final class ReadingGenerator {
    private final Random random;
    private final int mostGpus;
    private int left;
    private int disk = 30;
    private int memory = 30;
    private int gpus = 4;
    private int celsius = 50;
    private int reportEvery = 1;
    private int faultEvery = 1000;

    ReadingGenerator(Random random) {
      this.random = random;
      this.mostGpus = 4 + random.nextInt(2);
    }

    SentReadings next() {
      if (left-- == 0) {
        left = 5 + random.nextInt(70);
        var calm = random.nextInt(3) > 0;
        disk = calm ? 30 : pick(30, 84, 88, 91, 96);
        memory = calm ? 30 : pick(30, 89, 93, 97);
        gpus = calm ? 4 : pick(4, 3, mostGpus);
        celsius = calm ? 50 : pick(50, 81, 86, 93);
        reportEvery = pick(1, 1, 3, 20);
        faultEvery = calm ? 1000 : pick(1000, 10);
      }
      var readings =
          SentReadings.withGpus(gpus)
              .withDisk(disk + random.nextInt(3))
              .withMemory(memory + random.nextInt(3))
              .withCelsius(celsius + random.nextInt(3) * pick(0, 0, 0, 4));
      var faulty = random.nextInt(faultEvery) == 0 ? readings.withFault() : readings;
      return random.nextInt(reportEvery) == 0 ? faulty : faulty.withoutGpus();
    }

    private int pick(int... values) {
      return values[random.nextInt(values.length)];
    }
  }
}
