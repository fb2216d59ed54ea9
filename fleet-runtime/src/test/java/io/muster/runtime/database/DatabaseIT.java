package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.config.Secret;
import io.muster.runtime.database.DatabaseState.Phase;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseIT {
  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

  private final PostgresFixture postgres = shared.fixture();
  private final List<Database> openDatabases = new ArrayList<>();
  private DatabaseUrl url;

  @BeforeEach
  void create() {
    url = postgres.newDatabaseWithSchema();
  }

  @AfterEach
  void closeAll() {
    openDatabases.forEach(database -> await(database.close()));
  }

  @Test
  void withConnection_ready_usesUtc() {
    var database = openReady();

    assertThat(queryValue(database, "SHOW TimeZone")).isEqualTo("UTC");
    assertThat(database.state()).isEqualTo(new DatabaseState(Phase.READY, "ready"));
  }

  @Test
  void openCursor_repeatedly_leavesNoPreparedStatements() {
    var database = openReady();

    for (var times = 0; times < 30; times++) {
      assertThat(countRows(database, "SELECT generate_series(1, 3)")).isEqualTo(3);
    }

    // At most those of the one connection for cursors, including this query.
    assertThat(countRows(database, "SELECT name FROM pg_prepared_statements")).isLessThan(3);
  }

  @Test
  void withDedicatedConnection_changedSetting_isNotSeenByLaterConnections() {
    var database = openReady();
    var timeout = Duration.ofSeconds(20);

    var changed =
        database.withDedicatedConnection(
            timeout,
            sql -> sql.query("SET work_mem = '77MB'").execute().compose(done -> workMem(sql)));
    assertThat(await(changed)).isEqualTo("77MB");
    assertThat(await(database.withDedicatedConnection(timeout, DatabaseIT::workMem)))
        .isNotEqualTo("77MB");
    assertThat(await(database.withConnection(DatabaseIT::workMem))).isNotEqualTo("77MB");
    assertThatThrownBy(
            () ->
                await(
                    database.withDedicatedConnection(
                        Duration.ofMillis(100), sql -> sql.query("SELECT pg_sleep(5)").execute())))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT));
  }

  private static Future<String> workMem(SqlConnection sql) {
    return sql.query("SHOW work_mem").execute().map(rows -> rows.iterator().next().getString(0));
  }

  private static int countRows(Database database, String sql) {
    var cursor = await(database.openCursor(sql, Tuple.tuple()));
    var rows = await(cursor.read(100)).size();
    cursor.close();
    return rows;
  }

  @Test
  void withConnection_invalidSql_isInternalAndKeepsTheCause() {
    assertThatThrownBy(() -> queryValue(openReady(), "SELECT nothing"))
        .hasMessageContaining("\"nothing\" does not exist")
        .satisfies(
            cause ->
                assertThat(((FleetException) cause).withoutDetails())
                    .hasMessage("the database failed"))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INTERNAL))
        .hasCauseInstanceOf(io.vertx.pgclient.PgException.class);
  }

  @Test
  void withConnection_slowStatement_isCanceledByTheServer() {
    var database = openReady(SHORT_TIMEOUT);

    assertThatThrownBy(() -> await(database.withConnection(DatabaseIT::sleepQuery)))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT))
        .hasMessageContaining("statement timeout");
  }

  @Test
  void withConnection_workNeverCompletes_isTimeout() {
    Promise<String> never = Promise.promise();
    var database = openReady(SHORT_TIMEOUT);

    assertThatThrownBy(() -> await(database.withConnection(connection -> never.future())))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.TIMEOUT));
  }

  @Test
  void withTransaction_longerTimeout_replacesTheConfiguredOne() {
    var database = openReady(SHORT_TIMEOUT);

    assertThat(await(database.withTransaction(STATEMENT_TIMEOUT, DatabaseIT::sleepQuery)))
        .isEqualTo("");
  }

  @Test
  void withTransaction_workFails_changesNothing() {
    var database = openReady();

    assertThatThrownBy(
            () ->
                await(
                    database.withTransaction(
                        transaction ->
                            selectValue(transaction, insertSql())
                                .compose(done -> selectValue(transaction, "SELECT nothing")))))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INTERNAL));
    assertThat(queryValue(database, "SELECT count(*) FROM model")).isEqualTo("0");
  }

  /** The lock of the migrations stands for a large table: neither may be cut off and repeated. */
  @Tag("slow")
  @Test
  void open_migrationTakesLongerThanStatementsAndChecks_isReadyAtTheFirstAttempt() {
    var other = openReady();
    var locked = Promise.<Void>promise();
    var migration =
        other.withTransaction(
            STATEMENT_TIMEOUT,
            sql ->
                AdvisoryLock.MIGRATIONS
                    .acquire(sql)
                    .onComplete(locked)
                    .compose(acquired -> selectValue(sql, "SELECT pg_sleep(6)")));
    await(locked.future());

    var meters = new SimpleMeterRegistry();
    var database = PostgresFixture.open(postgres.vertx(), url, SHORT_TIMEOUT, meters);
    openDatabases.add(database);
    await(database.whenReady());

    await(migration);
    assertThat(meters.get("muster.database.attempts.failed").counter().count()).isZero();
  }

  @Test
  void withConnection_failureWithACode_keepsIt() {
    var failure = new FleetException(Code.CLIENT_UNKNOWN, "client id=1");

    assertThatThrownBy(
            () -> await(openReady().withConnection(connection -> Future.failedFuture(failure))))
        .isSameAs(failure);
  }

  @Test
  void state_serverBecomesReadOnly_isDetectedAndRecovers() {
    var database = openReady();

    alter("SET default_transaction_read_only = on");
    retry(postgres.vertx(), () -> requirePhase(database, Phase.READ_ONLY));
    assertThatThrownBy(() -> queryValue(database, insertSql()))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.UNAVAILABLE));
    assertThat(queryValue(database, "SELECT 1")).isEqualTo("1");

    alter("RESET default_transaction_read_only");
    retry(postgres.vertx(), () -> requirePhase(database, Phase.READY));
  }

  @Test
  void withConnection_serverRestarts_failsAtOnceAndRecovers() throws IOException {
    var database = openReady();

    postgres.stopServer();
    retry(postgres.vertx(), () -> requirePhase(database, Phase.DOWN));
    assertThatThrownBy(() -> queryValue(database, "SELECT 1"))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.UNAVAILABLE))
        .hasMessageStartingWith("the database is not ready: ");
    postgres.restartServer();

    var answer =
        retry(
            postgres.vertx(),
            () -> database.withConnection(connection -> selectValue(connection, "SELECT 1")));
    assertThat(answer).isEqualTo("1");
  }

  @Test
  void startupCheck_serverIsDown_doesNotPreventStartup() {
    var unreachable = DatabaseUrl.parse("postgresql://me:pw@127.0.0.1:1/db?sslmode=disable");
    var database = open(unreachable);

    await(database.startupCheck());

    assertThat(database.state().phase()).isEqualTo(Phase.STARTING);
    assertThat(database.state().reason())
        .startsWith("database.url: postgresql://me@127.0.0.1:1/db");
    assertThat(database.whenReady().isComplete()).isFalse();
  }

  @Test
  void startupCheck_wrongPassword_namesTheKeyAndNotThePassword() {
    var wrongPassword =
        new DatabaseUrl(
            url.user(),
            new Secret("secret"),
            url.host(),
            url.port(),
            url.database(),
            SslMode.DISABLE,
            Optional.empty());

    assertThatThrownBy(() -> await(open(wrongPassword).startupCheck()))
        .satisfies(cause -> assertThat(code(cause)).isEqualTo(Code.INVALID_ARGUMENT))
        .hasMessageStartingWith("database.url: " + wrongPassword)
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContainingAny("secret", "\n");
  }

  @Test
  void startupCheck_noSuchDatabase_fails() {
    assertThatThrownBy(() -> await(open(postgres.url("missing")).startupCheck()))
        .hasMessageContaining("database \"missing\" does not exist");
  }

  @Test
  void close_whileItCannotConnect_stopsRetrying() {
    var unreachable = DatabaseUrl.parse("postgresql://me:pw@127.0.0.1:1/db?sslmode=disable");
    var database = open(unreachable);

    await(database.close());

    assertThat(database.state().phase()).isEqualTo(Phase.CLOSED);
    assertThat(database.whenReady().failed()).isTrue();
  }

  private Database openReady() {
    return openReady(STATEMENT_TIMEOUT);
  }

  private Database openReady(Duration statementTimeout) {
    var database = open(url, statementTimeout);
    await(database.whenReady());
    return database;
  }

  private Database open(DatabaseUrl target) {
    return open(target, STATEMENT_TIMEOUT);
  }

  private Database open(DatabaseUrl target, Duration statementTimeout) {
    var database =
        PostgresFixture.open(postgres.vertx(), target, statementTimeout, new SimpleMeterRegistry());
    openDatabases.add(database);
    return database;
  }

  private void alter(String change) {
    var sql = "ALTER DATABASE " + url.database() + " " + change;
    // Settings of a database apply only to new connections: terminate the existing ones.
    var terminate =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + url.database()
            + "'";
    await(
        postgres.withConnection(
            "postgres",
            connection ->
                PostgresFixture.run(connection, sql)
                    .compose(done -> PostgresFixture.run(connection, terminate))));
  }

  private static String queryValue(Database database, String sql) {
    return await(database.withConnection(connection -> selectValue(connection, sql)));
  }

  private static Future<Void> requirePhase(Database database, Phase phase) {
    return database.state().phase() == phase
        ? Future.succeededFuture()
        : Future.failedFuture("state is " + database.state());
  }

  private static Future<String> sleepQuery(SqlConnection connection) {
    return selectValue(connection, "SELECT pg_sleep(1.5)");
  }

  private static String insertSql() {
    return "INSERT INTO model (name, version, version_code, engine_type) VALUES ('a', '1', 1, 0)";
  }

  private static Future<String> selectValue(SqlConnection connection, String sql) {
    return connection
        .query(sql)
        .execute()
        .map(rows -> rows.size() == 0 ? "" : String.valueOf(rows.iterator().next().getValue(0)));
  }

  private static Code code(Throwable cause) {
    return ((FleetException) cause).code();
  }
}
