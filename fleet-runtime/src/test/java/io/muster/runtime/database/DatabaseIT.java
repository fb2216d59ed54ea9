package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.DatabaseState.Phase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseIT {
  @RegisterExtension static final SharedPostgres shared = new SharedPostgres();

  private final PostgresFixture postgres = shared.fixture();
  private final List<Database> opened = new ArrayList<>();
  private DatabaseUrl url;

  @BeforeEach
  void create() {
    url = postgres.newDatabase();
  }

  @AfterEach
  void closeAll() {
    opened.forEach(database -> await(database.close()));
  }

  @Test
  void with_ready_answersInUtc() {
    var database = ready();

    assertThat(answer(database, "SHOW TimeZone")).isEqualTo("UTC");
    assertThat(database.state()).isEqualTo(new DatabaseState(Phase.READY, "ready"));
  }

  @Test
  void cursor_oneAfterTheOther_leavesNoStatementsWithTheServer() {
    var database = ready();

    for (var times = 0; times < 30; times++) {
      assertThat(read(database, "SELECT generate_series(1, 3)")).isEqualTo(3);
    }

    // Of the two connections for cursors, and this very one.
    assertThat(read(database, "SELECT name FROM pg_prepared_statements")).isLessThan(3);
  }

  @Test
  void apart_setsWhatItLikes_andTheNextOneIsNotTouched() {
    var database = ready();
    var limit = Duration.ofSeconds(20);

    var set =
        database.apart(
            limit,
            sql -> sql.query("SET work_mem = '77MB'").execute().compose(done -> mebibytes(sql)));
    assertThat(await(set)).isEqualTo("77MB");
    assertThat(await(database.apart(limit, DatabaseIT::mebibytes))).isNotEqualTo("77MB");
    assertThat(await(database.with(DatabaseIT::mebibytes))).isNotEqualTo("77MB");
    assertThatThrownBy(
            () ->
                await(
                    database.apart(
                        Duration.ofMillis(100), sql -> sql.query("SELECT pg_sleep(5)").execute())))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT));
  }

  private static Future<String> mebibytes(SqlConnection sql) {
    return sql.query("SHOW work_mem").execute().map(rows -> rows.iterator().next().getString(0));
  }

  private static int read(Database database, String sql) {
    var cursor = await(database.cursor(sql, Tuple.tuple()));
    var rows = await(cursor.read(100)).size();
    cursor.close();
    return rows;
  }

  @Test
  void with_wrongSql_isInternalAndKeepsTheCause() {
    assertThatThrownBy(() -> answer(ready(), "SELECT nothing"))
        .hasMessageContaining("\"nothing\" does not exist")
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INTERNAL))
        .hasCauseInstanceOf(io.vertx.pgclient.PgException.class);
  }

  @Test
  void with_slowStatement_isStoppedByTheServer() {
    assertThatThrownBy(() -> await(ready().with(DatabaseIT::slow)))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT))
        .hasMessageContaining("statement timeout");
  }

  @Test
  void with_workThatNeverEnds_isGivenUp() {
    Promise<String> never = Promise.promise();

    assertThatThrownBy(() -> await(ready().with(connection -> never.future())))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT));
  }

  @Test
  void inTransaction_longerBound_replacesTheConfiguredOne() {
    assertThat(await(ready().inTransaction(Duration.ofSeconds(20), DatabaseIT::slow)))
        .isEqualTo("");
  }

  @Test
  void inTransaction_workFails_changesNothing() {
    var database = ready();

    assertThatThrownBy(
            () ->
                await(
                    database.inTransaction(
                        transaction ->
                            text(transaction, insert())
                                .compose(done -> text(transaction, "SELECT nothing")))))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INTERNAL));
    assertThat(answer(database, "SELECT count(*) FROM model")).isEqualTo("0");
  }

  @Test
  void with_failureThatHasACode_keepsIt() {
    var failure = new FleetException(Code.CLIENT_UNKNOWN, "client id=1");

    assertThatThrownBy(() -> await(ready().with(connection -> Future.failedFuture(failure))))
        .isSameAs(failure);
  }

  @Test
  void state_serverBecomesReadOnly_isSeenAndPasses() {
    var database = ready();

    alter("SET default_transaction_read_only = on");
    eventually(postgres.vertx(), () -> reaches(database, Phase.READ_ONLY));
    assertThatThrownBy(() -> answer(database, insert()))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.UNAVAILABLE));
    assertThat(answer(database, "SELECT 1")).isEqualTo("1");

    alter("RESET default_transaction_read_only");
    eventually(postgres.vertx(), () -> reaches(database, Phase.READY));
  }

  @Test
  void with_serverGoesAndComes_failsAtOnceAndRecovers() throws IOException {
    var database = ready();

    postgres.interrupt();
    eventually(postgres.vertx(), () -> reaches(database, Phase.DOWN));
    assertThatThrownBy(() -> answer(database, "SELECT 1"))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.UNAVAILABLE))
        .hasMessageStartingWith("the database is not ready: ");
    postgres.restart();

    var answer =
        eventually(
            postgres.vertx(), () -> database.with(connection -> text(connection, "SELECT 1")));
    assertThat(answer).isEqualTo("1");
  }

  @Test
  void admitted_serverIsDown_doesNotStopTheStart() {
    var nobody =
        new DatabaseUrl("me", "pw", "127.0.0.1", 1, "db", SslMode.DISABLE, Optional.empty());
    var database = open(nobody);

    await(database.admitted());

    assertThat(database.state().phase()).isEqualTo(Phase.STARTING);
    assertThat(database.state().reason())
        .startsWith("database.url: postgresql://me@127.0.0.1:1/db");
    assertThat(database.ready().isComplete()).isFalse();
  }

  @Test
  void admitted_wrongPassword_isOneLineThatNamesTheKeyAndNotThePassword() {
    var wrong =
        new DatabaseUrl(
            url.user(),
            "secret",
            url.host(),
            url.port(),
            url.database(),
            SslMode.DISABLE,
            Optional.empty());

    assertThatThrownBy(() -> await(open(wrong).admitted()))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INVALID_ARGUMENT))
        .hasMessageStartingWith("database.url: " + wrong)
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContainingAny("secret", "\n");
  }

  @Test
  void admitted_noSuchDatabase_isRefused() {
    assertThatThrownBy(() -> await(open(postgres.url("missing")).admitted()))
        .hasMessageContaining("database \"missing\" does not exist");
  }

  @Test
  void close_whileItCannotConnect_endsTheTries() {
    var nobody =
        new DatabaseUrl("me", "pw", "127.0.0.1", 1, "db", SslMode.DISABLE, Optional.empty());
    var database = open(nobody);

    await(database.close());

    assertThat(database.state().phase()).isEqualTo(Phase.CLOSED);
    assertThat(database.ready().failed()).isTrue();
  }

  private Database ready() {
    var database = open(url);
    await(database.ready());
    return database;
  }

  private Database open(DatabaseUrl target) {
    var config = new DatabaseConfig(Optional.of(target), 2, Duration.ofSeconds(1));
    var database =
        Database.open(postgres.vertx(), config, Path.of("unused"), InstantSource.system());
    opened.add(database);
    return database;
  }

  private void alter(String change) {
    var sql = "ALTER DATABASE " + url.database() + " " + change;
    // Settings of a database reach only new connections: end those that there are.
    var end =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + url.database()
            + "'";
    await(
        postgres.connected(
            "postgres",
            connection ->
                PostgresFixture.run(connection, sql)
                    .compose(done -> PostgresFixture.run(connection, end))));
  }

  private static String answer(Database database, String sql) {
    return await(database.with(connection -> text(connection, sql)));
  }

  private static Future<Void> reaches(Database database, Phase phase) {
    return database.state().phase() == phase
        ? Future.succeededFuture()
        : Future.failedFuture("state is " + database.state());
  }

  private static Future<String> slow(SqlConnection connection) {
    return text(connection, "SELECT pg_sleep(1.5)");
  }

  private static String insert() {
    return "INSERT INTO model (name, version, version_code, engine_type) VALUES ('a', '1', 1, 0)";
  }

  private static Future<String> text(SqlConnection connection, String sql) {
    return connection
        .query(sql)
        .execute()
        .map(rows -> rows.size() == 0 ? "" : String.valueOf(rows.iterator().next().getValue(0)));
  }

  private static Code code(Throwable cause) {
    return ((FleetException) cause).code();
  }
}
