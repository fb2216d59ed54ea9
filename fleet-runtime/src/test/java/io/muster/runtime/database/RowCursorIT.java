package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cursors on a pool of size two, which has one connection for cursors. */
class RowCursorIT {
  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private static final String NUMBERS = "SELECT n FROM generate_series(1, $1::int) n";
  private static final String IDLE_IN_TRANSACTION =
      "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
          + " AND datname = current_database()";

  private static DatabaseUrl url;

  private final PostgresFixture postgres = shared.fixture();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Database database;

  @BeforeAll
  static void create() {
    url = shared.fixture().newDatabaseWithSchema();
  }

  @BeforeEach
  void open() {
    database = open(Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    await(database.close());
  }

  @Test
  void read_severalTimes_returnsEveryRowInOrder() {
    var cursor = openCursor(NUMBERS, 25);

    var numbers = new ArrayList<Integer>();
    while (cursor.hasMore()) {
      numbers.addAll(numbers(await(cursor.read(10))));
    }

    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 25).boxed().toList());
    cursor.close();
  }

  @Test
  void read_lastRowsFillTheRead_mayHaveMoreButReturnsNone() {
    var cursor = openCursor(NUMBERS, 10);

    assertThat(await(cursor.read(10)).size()).isEqualTo(10);
    assertThat(cursor.hasMore()).isTrue();
    assertThat(await(cursor.read(10)).size()).isZero();
    assertThat(cursor.hasMore()).isFalse();
    cursor.close();
  }

  @Test
  void close_atAnyPosition_releasesTheConnection() {
    for (int round = 0; round < 5; round++) {
      var fullyRead = openCursor(NUMBERS, 3);
      await(fullyRead.read(10));
      fullyRead.close();
      var partlyRead = openCursor(NUMBERS, 300);
      await(partlyRead.read(10));
      partlyRead.close();
      partlyRead.close();
      openCursor(NUMBERS, 3).close();
    }

    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(
            await(database.withConnection(sql -> sql.query(IDLE_IN_TRANSACTION).execute())).size())
        .isZero();
  }

  @Test
  void close_whileReading_releasesTheConnection() {
    var cursor = openCursor("SELECT 1 FROM pg_sleep(0.1)", Tuple.tuple());
    var reading = cursor.read(1);

    cursor.close();

    await(reading.transform(done -> Future.succeededFuture()));
    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void openCursor_poolIsExhausted_waits() {
    var first = openCursor(NUMBERS, 3);
    var others =
        IntStream.range(0, 20)
            .mapToObj(
                other ->
                    database
                        .openCursor(NUMBERS, Tuple.of(3))
                        .compose(
                            cursor ->
                                cursor
                                    .read(10)
                                    .map(RowCursorIT::numbers)
                                    .onComplete(read -> cursor.close())))
            .toList();
    assertThat(await(first.read(10)).size()).isEqualTo(3);
    assertThat(others).noneMatch(Future::isComplete);

    first.close();

    await(Future.all(others));
    assertThat(others).allSatisfy(read -> assertThat(read.result()).isEqualTo(List.of(1, 2, 3)));
  }

  @Test
  void openCursor_noConnectionInTime_isUnavailableAndLeaksNone() {
    replaceDatabase(Duration.ofSeconds(1));
    var first = openCursor(NUMBERS, 3);

    assertCode(Code.UNAVAILABLE, database.openCursor(NUMBERS, Tuple.of(3)));

    first.close();
    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void openCursor_always_usesNoConnectionOfTheMainPool() {
    var cursor = openCursor(NUMBERS, 3);
    await(cursor.read(1));

    assertThat(await(database.withConnection(sql -> sql.query("SELECT 7").execute())).size())
        .isEqualTo(1);
    cursor.close();
  }

  @Test
  void openCursor_invalidSqlOrParameters_failsAndReleasesTheConnection() {
    for (int round = 0; round < 3; round++) {
      assertCode(Code.INTERNAL, database.openCursor("SELECT nothing", Tuple.tuple()));
      var cursor = openCursor(NUMBERS, Tuple.of("text", "too many"));
      assertThatThrownBy(() -> await(cursor.read(1))).isInstanceOf(FleetException.class);
      cursor.close();
    }

    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(failures("internal")).isEqualTo(3);
  }

  @Test
  void read_tooSlow_isTimeoutAndReleasesTheConnection() {
    replaceDatabase(Duration.ofSeconds(1));
    var cursor = openCursor("SELECT 1 FROM pg_sleep(60)", Tuple.tuple());

    assertCode(Code.TIMEOUT, cursor.read(1));
    cursor.close();

    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(failures("timeout")).isEqualTo(1);
  }

  @Test
  void read_fails_hasACodeAndReleasesTheConnection() {
    var cursor = openCursor("SELECT 10 / (3 - n) FROM generate_series(1, 5) n", Tuple.tuple());
    assertThat(await(cursor.read(2)).size()).isEqualTo(2);

    assertCode(Code.INTERNAL, cursor.read(2));
    assertThat(cursor.hasMore()).isFalse();
    cursor.close();

    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void read_serverStopsWhileReading_isUnavailableAndRecoversWithIt() throws IOException {
    var cursor = openCursor(NUMBERS, 100_000);
    await(cursor.read(10));

    postgres.stopServer();
    assertCode(Code.UNAVAILABLE, cursor.read(10));
    cursor.close();
    postgres.restartServer();

    var read =
        retry(
            postgres.vertx(),
            () ->
                database
                    .openCursor(NUMBERS, Tuple.of(3))
                    .compose(reopened -> reopened.read(10).onComplete(done -> reopened.close())));
    assertThat(numbers(read)).containsExactly(1, 2, 3);
  }

  @Test
  void read_connectionIsTerminated_isUnavailableAndReleasesTheConnection() {
    var cursor = openCursor(NUMBERS, 100_000);
    await(cursor.read(10));

    await(
        database.withConnection(
            sql ->
                sql.query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE state = 'idle in transaction'"
                            + " AND datname = current_database()")
                    .execute()));
    assertCode(Code.UNAVAILABLE, cursor.read(10));
    cursor.close();

    assertThat(readFirstValue(openCursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  private void replaceDatabase(Duration statementTimeout) {
    await(database.close());
    database = open(statementTimeout);
  }

  private Database open(Duration statementTimeout) {
    var opened = PostgresFixture.open(postgres.vertx(), url, statementTimeout, registry);
    await(opened.whenReady());
    return opened;
  }

  private RowCursor openCursor(String sql, int parameter) {
    return openCursor(sql, Tuple.of(parameter));
  }

  private RowCursor openCursor(String sql, Tuple parameters) {
    return await(database.openCursor(sql, parameters));
  }

  private static int readFirstValue(RowCursor cursor) {
    var row = await(cursor.read(1)).iterator().next();
    cursor.close();
    return row.getInteger(0);
  }

  private static List<Integer> numbers(RowSet<Row> rows) {
    var numbers = new ArrayList<Integer>();
    rows.forEach(row -> numbers.add(row.getInteger(0)));
    return numbers;
  }

  private double failures(String code) {
    return registry.get("muster.database.failures").tag("code", code).counter().count();
  }

  private static void assertCode(Code code, Future<?> failing) {
    assertThatThrownBy(() -> await(failing))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
