package io.muster.aggregator.history;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.HistoryFixture;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorDay.DayTraffic;
import io.muster.schema.history.MonitorDay.MeanUsage;
import io.muster.schema.history.MonitorDay.MonitoredClient;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.MonitorQuery.QueryDayRange;
import io.muster.testkit.AllRows;
import io.muster.testkit.EmbeddedDatabase;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientMonitorReaderIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final LocalDate DAY = LocalDate.parse("2026-03-10");

  private final String user = UUID.randomUUID().toString();
  private HistoryFixture fixture;
  private PostgresHistory service;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    service = new PostgresHistory(postgres.database(), () -> NOON, new HistoryConfig(false));
  }

  @Test
  void clientMonitor_unknownUser_isEmpty() {
    assertThat(all()).isEmpty();
  }

  @Test
  void clientMonitor_rolledUpBefore_hasTheAgeOfItsData() {
    var now = NOON.atOffset(ZoneOffset.UTC);
    fixture.query("UPDATE client_rollup SET rolled_up_at = $1", now.minusSeconds(42));
    assertThat(ageSeconds()).isEqualTo(42);
    // By the clock of another node.
    fixture.query("UPDATE client_rollup SET rolled_up_at = $1", now.plusSeconds(1));
    assertThat(ageSeconds()).isZero();
  }

  @Test
  void clientMonitor_day_hasSumsAndMeans() {
    var client = insertClient("2026-03-11T01:02:03.999Z");
    insertDays(client, DAY, 1);

    assertThat(all())
        .containsExactly(
            new MonitorDay(
                new MonitoredClient(
                    client, "host of " + user, "2026-01-01T00:00:00", "2026-03-11T01:02:03"),
                Optional.of("2026-03-10"),
                new MeanUsage(
                    OptionalDouble.of(10 / 3.0),
                    OptionalDouble.of(20 / 3.0),
                    OptionalDouble.of(10)),
                new DayTraffic(Optional.of(500L), Optional.of(400L), 500 / 3.0, 400 / 3.0),
                Optional.of(3),
                Optional.of("2026-03-10T23:59:59.123456Z")));
  }

  @Test
  void clientMonitor_clientWithoutADay_isOneRowOfNulls() {
    var client = insertClient("2026-03-11T00:00:00Z");

    assertThat(all())
        .containsExactly(
            new MonitorDay(
                new MonitoredClient(
                    client, "host of " + user, "2026-01-01T00:00:00", "2026-03-11T00:00:00"),
                Optional.empty(),
                new MeanUsage(
                    OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()),
                new DayTraffic(Optional.empty(), Optional.empty(), 0, 0),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void clientMonitor_severalClients_areOrderedByDayThenByUpdate() {
    var early = insertClient("2026-03-11T00:00:00Z");
    var late = insertClient("2026-03-12T00:00:00Z");
    var twin = insertClient("2026-03-12T00:00:00Z");
    var withoutDay = insertClient("2026-03-13T00:00:00Z");
    var withoutDayEither = insertClient("2026-03-14T00:00:00Z");
    List.of(twin, early, late).forEach(client -> insertDays(client, DAY, 2));
    insertDays(early, DAY.minusDays(40), 1);
    insertDays(insertClient("another " + user, "2026-03-13T00:00:00Z"), DAY, 1);
    var invalid = insertClient("2026-03-13T00:00:00Z");
    insertDays(invalid, DAY, 1);
    fixture.setColumn(invalid, "valid_status", "'invalid'");

    assertThat(all())
        .extracting(day -> day.client().clientId() + " " + day.date().orElse("never"))
        .containsExactly(
            late + " 2026-03-11",
            twin + " 2026-03-11",
            early + " 2026-03-11",
            late + " 2026-03-10",
            twin + " 2026-03-10",
            early + " 2026-03-10",
            early + " 2026-01-29",
            withoutDayEither + " never",
            withoutDay + " never");
    assertThat(monitor(Optional.of(withoutDay), Optional.empty(), LimitOffset.ALL)).hasSize(1);
    assertThat(monitor(Optional.of(early), Optional.empty(), LimitOffset.ALL)).hasSize(3);
  }

  @Test
  void clientMonitor_foreignOrInvalidClient_isEmpty() {
    var foreign = insertClient("another " + user, "2026-03-13T00:00:00Z");
    insertDays(foreign, DAY, 1);
    var invalid = insertClient("2026-03-13T00:00:00Z");
    insertDays(invalid, DAY, 1);
    fixture.setColumn(invalid, "valid_status", "'invalid'");

    assertThat(monitor(Optional.of(foreign), Optional.empty(), LimitOffset.ALL)).isEmpty();
    assertThat(monitor(Optional.of(invalid), Optional.empty(), LimitOffset.ALL)).isEmpty();
  }

  @Test
  void clientMonitor_range_hasOnlyItsDaysAndClientsWithOne() {
    var client = insertClient("2026-03-11T00:00:00Z");
    insertClient("2026-03-11T00:00:00Z");
    insertDays(client, DAY, 5);

    assertThat(dates(DAY.plusDays(1), DAY.plusDays(3)))
        .containsExactly("2026-03-13", "2026-03-12", "2026-03-11");
    assertThat(dates(LocalDate.EPOCH, DAY)).containsExactly("2026-03-10");
    assertThat(dates(DAY.plusDays(5), DAY.plusDays(9))).isEmpty();
    assertThat(dates(DAY.plusDays(1), DAY)).isEmpty();
    var implausible = new QueryDayRange(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(monitor(Optional.empty(), Optional.of(implausible), LimitOffset.ALL)).hasSize(5);
  }

  @Tag("slow")
  @Test
  void clientMonitor_manyClients_severalStatementsReturnTheSameRowsAsOne() {
    var ids = new ArrayList<String>();
    for (var i = 0; i < 7; i++) {
      ids.add(insertClient("2026-03-1" + i + "T00:00:00Z"));
    }
    // Days of 7 clients: chunks of 2,857 days, so that there are three, and one of clients without.
    for (var i = 0; i < 6; i++) {
      insertDays(ids.get(i), DAY.minusDays(6000), 6000 - i);
    }
    var all = all();

    assertThat(all).hasSize(6 * 6000 - 15 + 1);
    assertThat(all)
        .isSortedAccordingTo(
            (a, b) -> b.date().orElse("0000-00-00").compareTo(a.date().orElse("0000-00-00")));
    for (var offset : List.of(0, 1, 17_000, 17_142, 35_984, 35_986, 50_000)) {
      assertThat(
              monitor(Optional.empty(), Optional.empty(), new LimitOffset(Optional.of(3), offset)))
          .isEqualTo(all.subList(Math.min(offset, all.size()), Math.min(offset + 3, all.size())));
    }
    var rest =
        monitor(Optional.empty(), Optional.empty(), new LimitOffset(Optional.empty(), 30_000));
    assertThat(rest).isEqualTo(all.subList(30_000, all.size()));
    var wide = new LimitOffset(Optional.of(20_000), 10_000);
    assertThat(monitor(Optional.empty(), Optional.empty(), wide))
        .isEqualTo(all.subList(10_000, 30_000));
  }

  @Test
  void clientMonitor_malformedQuery_isInvalid() {
    for (var client : List.of("xyz", "\0", "")) {
      assertInvalid(new MonitorQuery(user, Optional.of(client), Optional.empty(), LimitOffset.ALL));
    }
    assertInvalid(new MonitorQuery("a\0b", Optional.empty(), Optional.empty(), LimitOffset.ALL));
  }

  private void assertInvalid(MonitorQuery query) {
    assertThatThrownBy(() -> await(service.clientMonitor(query)))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  private List<String> dates(LocalDate first, LocalDate last) {
    var range = new QueryDayRange(first.toEpochDay(), last.toEpochDay());
    return monitor(Optional.empty(), Optional.of(range), LimitOffset.ALL).stream()
        .map(day -> day.date().orElseThrow())
        .toList();
  }

  private long ageSeconds() {
    var query = new MonitorQuery(user, Optional.empty(), Optional.empty(), LimitOffset.ALL);
    return AllRows.of(service.clientMonitor(query), MonitorDay.class).head().ageSeconds();
  }

  private List<MonitorDay> all() {
    return monitor(Optional.empty(), Optional.empty(), LimitOffset.ALL);
  }

  private List<MonitorDay> monitor(
      Optional<String> client, Optional<QueryDayRange> range, LimitOffset limitOffset) {
    var query = new MonitorQuery(user, client, range, limitOffset);
    return AllRows.of(service.clientMonitor(query), MonitorDay.class).rows();
  }

  private String insertClient(String updatedAt) {
    return insertClient(user, updatedAt);
  }

  private String insertClient(String owner, String updatedAt) {
    var client = fixture.insertClient(owner);
    fixture.query(
        "UPDATE client SET created_at = '2026-01-01Z', updated_at = $2 WHERE client_id = $1",
        ClientId.toUuid(client),
        OffsetDateTime.parse(updatedAt));
    return client;
  }

  private void insertDays(String client, LocalDate first, int number) {
    fixture.query(
        """
        INSERT INTO client_day (client_ref, day, last_ts, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots)
        SELECT client_ref, $2::date + i, ($2::date + i)::timestamp AT TIME ZONE 'UTC' + interval '86399.123456 s',
          3, 10, 20, 30, 400, 500, 1
        FROM client, generate_series(0, $3::int - 1) i WHERE client_id = $1\
        """,
        ClientId.toUuid(client),
        first,
        number);
  }
}
