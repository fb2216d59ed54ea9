package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool of two has one place for long answers. */
class RowCursorIT {
  @RegisterExtension static final SharedPostgres shared = new SharedPostgres();

  private static final String NUMBERS = "SELECT n FROM generate_series(1, $1::int) n";
  private static final String IDLE_IN_TRANSACTION =
      "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
          + " AND datname = current_database()";

  private final PostgresFixture postgres = shared.fixture();
  private Database database;

  @BeforeEach
  void open() {
    var config = new DatabaseConfig(Optional.of(postgres.newDatabase()), 2, Duration.ofSeconds(1));
    database = Database.open(postgres.vertx(), config, Path.of("unused"), InstantSource.system());
    await(database.ready());
  }

  @AfterEach
  void close() {
    await(database.close());
  }

  @Test
  void read_severalTimes_givesEveryRowInOrder() {
    var cursor = cursor(NUMBERS, 25);

    var numbers = new ArrayList<Integer>();
    while (cursor.hasMore()) {
      numbers.addAll(numbers(await(cursor.read(10))));
    }

    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 25).boxed().toList());
    cursor.close();
  }

  @Test
  void read_lastRowsFillTheRead_thereMayBeMoreAndIsNone() {
    var cursor = cursor(NUMBERS, 10);

    assertThat(await(cursor.read(10)).size()).isEqualTo(10);
    assertThat(cursor.hasMore()).isTrue();
    assertThat(await(cursor.read(10)).size()).isZero();
    assertThat(cursor.hasMore()).isFalse();
    cursor.close();
  }

  @Test
  void close_readToTheEnd_partlyOrNotAtAll_givesThePlaceBack() {
    for (int round = 0; round < 5; round++) {
      var whole = cursor(NUMBERS, 3);
      await(whole.read(10));
      whole.close();
      var half = cursor(NUMBERS, 300);
      await(half.read(10));
      half.close();
      half.close();
      cursor(NUMBERS, 3).close();
    }

    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(await(database.with(sql -> sql.query(IDLE_IN_TRANSACTION).execute())).size())
        .isZero();
  }

  @Test
  void close_whileReading_givesThePlaceBack() {
    var cursor = cursor("SELECT 1 FROM pg_sleep(0.1)", Tuple.tuple());
    var reading = cursor.read(1);

    cursor.close();

    await(reading.transform(done -> Future.succeededFuture()));
    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void cursor_everyPlaceIsTaken_waitsForOne() {
    var first = cursor(NUMBERS, 3);
    var others =
        IntStream.range(0, 20)
            .mapToObj(
                other ->
                    database
                        .cursor(NUMBERS, Tuple.of(3))
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
  void cursor_noPlaceInTime_isUnavailableAndLeavesNoneTaken() {
    var first = cursor(NUMBERS, 3);

    assertCode(Code.UNAVAILABLE, database.cursor(NUMBERS, Tuple.of(3)));

    first.close();
    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void cursor_longAnswers_takeNoConnectionOfTheRest() {
    var cursor = cursor(NUMBERS, 3);
    await(cursor.read(1));

    assertThat(await(database.with(sql -> sql.query("SELECT 7").execute())).size()).isEqualTo(1);
    cursor.close();
  }

  @Test
  void cursorAndRead_wrongSqlOrParameters_failAndThePlaceIsFreeAgain() {
    for (int round = 0; round < 3; round++) {
      assertCode(Code.INTERNAL, database.cursor("SELECT nothing", Tuple.tuple()));
      var cursor = cursor(NUMBERS, Tuple.of("text", "too many"));
      assertThatThrownBy(() -> await(cursor.read(1))).isInstanceOf(FleetException.class);
      cursor.close();
    }

    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(database.failures(Code.INTERNAL)).isEqualTo(3);
  }

  @Test
  void read_tooSlow_isTimeoutAndThePlaceIsFreeAgain() {
    var cursor = cursor("SELECT 1 FROM pg_sleep(3)", Tuple.tuple());

    assertCode(Code.TIMEOUT, cursor.read(1));
    cursor.close();

    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
    assertThat(database.failures(Code.TIMEOUT)).isEqualTo(1);
  }

  @Test
  void read_fails_isCodedAndThePlaceIsFreeAgain() {
    var cursor = cursor("SELECT 10 / (3 - n) FROM generate_series(1, 5) n", Tuple.tuple());
    assertThat(await(cursor.read(2)).size()).isEqualTo(2);

    assertCode(Code.INTERNAL, cursor.read(2));
    assertThat(cursor.hasMore()).isFalse();
    cursor.close();

    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  @Test
  void read_serverGoesWhileReading_isUnavailableAndThePlaceComesBackWithIt() throws IOException {
    var cursor = cursor(NUMBERS, 100_000);
    await(cursor.read(10));

    postgres.interrupt();
    assertCode(Code.UNAVAILABLE, cursor.read(10));
    cursor.close();
    postgres.restart();

    var read =
        eventually(
            postgres.vertx(),
            () ->
                database
                    .cursor(NUMBERS, Tuple.of(3))
                    .compose(again -> again.read(10).onComplete(done -> again.close())));
    assertThat(numbers(read)).containsExactly(1, 2, 3);
  }

  @Test
  void read_connectionIsEnded_isUnavailableAndThePlaceIsFreeAgain() {
    var cursor = cursor(NUMBERS, 100_000);
    await(cursor.read(10));

    await(
        database.with(
            sql ->
                sql.query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE state = 'idle in transaction'"
                            + " AND datname = current_database()")
                    .execute()));
    assertCode(Code.UNAVAILABLE, cursor.read(10));
    cursor.close();

    assertThat(first(cursor("SELECT 7", Tuple.tuple()))).isEqualTo(7);
  }

  private RowCursor cursor(String sql, int parameter) {
    return cursor(sql, Tuple.of(parameter));
  }

  private RowCursor cursor(String sql, Tuple parameters) {
    return await(database.cursor(sql, parameters));
  }

  private static int first(RowCursor cursor) {
    var row = await(cursor.read(1)).iterator().next();
    cursor.close();
    return row.getInteger(0);
  }

  private static List<Integer> numbers(RowSet<Row> rows) {
    var numbers = new ArrayList<Integer>();
    rows.forEach(row -> numbers.add(row.getInteger(0)));
    return numbers;
  }

  private static void assertCode(Code code, Future<?> failing) {
    assertThatThrownBy(() -> await(failing))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
