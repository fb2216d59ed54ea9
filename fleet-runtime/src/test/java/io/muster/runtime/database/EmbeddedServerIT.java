package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests of the server in one data directory, which is created for the first of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedServerIT {
  private final Path directory = PostgresFixture.newDirectory();
  private final Vertx vertx = Vertx.vertx();
  private Database database;

  @BeforeAll
  void create() throws IOException {
    PostgresFixture.linkPrograms(directory);
    open();
    await(
        database.withConnection(
            connection -> run(connection, "CREATE TABLE sample AS SELECT 42 AS x")));
    await(database.close());
  }

  @BeforeEach
  void open() {
    database = openDatabase();
    await(database.whenReady());
  }

  @AfterEach
  void close() {
    await(database.close());
  }

  @AfterAll
  void delete() throws IOException {
    await(vertx.close());
    PostgresFixture.delete(directory);
  }

  @Test
  void settings_afterStart_areDurableAndPrivate() throws IOException {
    assertThat(setting("fsync")).isEqualTo("on");
    assertThat(setting("synchronous_commit")).isEqualTo("on");
    assertThat(setting("full_page_writes")).isEqualTo("on");
    assertThat(setting("listen_addresses")).isEmpty();
    assertThat(setting("data_checksums")).isEqualTo("on");
    assertThat(setting("server_encoding")).isEqualTo("UTF8");
    assertThat(permissions("database.socket")).isEqualTo("rwx------");
    assertThat(permissions("database-17")).isEqualTo("rwx------");
    assertThat(permissions("database.password")).isEqualTo("rw-------");
    assertThat(Files.readString(directory.resolve("database-17/pg_hba.conf")))
        .doesNotContainPattern("(?m)^[^#].*trust");
  }

  @Test
  void close_andOpenAgain_keepsTheData() {
    var postmasterBefore = postmaster();
    await(database.close());
    awaitEnd(postmasterBefore);

    database = openDatabase();
    await(database.whenReady());

    assertThat(storedValue()).isEqualTo(42);
  }

  /** PostgreSQL does not start in a directory that others can read: it is down for that long. */
  @Tag("slow")
  @Test
  void postmaster_killed_isRestartedAndCallsFailAtOnce() throws IOException {
    var killed = postmaster();
    setPermissions("database-17", "rwxr-xr-x");
    killed.destroyForcibly();
    awaitEnd(killed);

    retry(vertx, () -> requireDown());
    assertThatThrownBy(
            () -> await(database.withConnection(connection -> run(connection, "SELECT 1"))))
        .satisfies(
            cause -> assertThat(((FleetException) cause).code()).isEqualTo(Code.UNAVAILABLE));
    setPermissions("database-17", "rwx------");
    retry(vertx, () -> database.withConnection(connection -> run(connection, "SELECT 1")));

    assertThat(storedValue()).isEqualTo(42);
    assertThat(postmaster().pid()).isNotEqualTo(killed.pid());
  }

  @Tag("slow")
  @Test
  void open_afterTheProgramWasKilled_findsTheRunningServer() throws Exception {
    await(database.close());
    var child = EmbeddedPostgresMain.start(directory);
    var survivor = postmaster();
    child.destroyForcibly();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(survivor.isAlive()).isTrue();

    database = openDatabase();
    await(database.whenReady());

    assertThat(storedValue()).isEqualTo(42);
    assertThat(postmaster().pid()).isEqualTo(survivor.pid());
    await(database.close());
    awaitEnd(survivor);
  }

  @Tag("slow")
  @Test
  void open_pidFileNamesAForeignProcess_startsAnyway() throws IOException {
    await(database.close());
    var stale =
        ProcessHandle.current().pid() + "\n/somewhere\n1\n5432\n/nowhere\n\n  1  2\nready\n";
    Files.writeString(directory.resolve("database-17/postmaster.pid"), stale);

    database = openDatabase();
    await(database.whenReady());

    assertThat(storedValue()).isEqualTo(42);
  }

  @Test
  void open_directoryInUse_failsWithOneLine() {
    var second = openDatabase();

    assertThatThrownBy(() -> await(second.startupCheck()))
        .hasMessageStartingWith("data.dir: ")
        .hasMessageContaining("is in use by another Muster (pid " + ProcessHandle.current().pid())
        .hasMessageNotContaining("\n");
    await(second.close());
    assertThat(storedValue()).isEqualTo(42);
  }

  @Test
  void attach_serverRuns_usesItAndLeavesItRunning() {
    var postmasterBefore = postmaster();
    var attached = attach(directory);
    await(attached.whenReady());

    assertThat(
            await(
                    attached.withConnection(
                        connection -> firstRow(connection, "SELECT x FROM sample")))
                .getInteger(0))
        .isEqualTo(42);
    await(attached.close());
    assertThat(storedValue()).isEqualTo(42);
    assertThat(postmaster().pid()).isEqualTo(postmasterBefore.pid());
  }

  @Test
  void attach_noServerRuns_startsAndStopsIt() {
    var postmasterBefore = postmaster();
    await(database.close());
    awaitEnd(postmasterBefore);
    var attached = attach(directory);
    await(attached.whenReady());
    var attachedPostmaster = postmaster();

    assertThat(
            await(
                    attached.withConnection(
                        connection -> firstRow(connection, "SELECT x FROM sample")))
                .getInteger(0))
        .isEqualTo(42);
    await(attached.close());
    awaitEnd(attachedPostmaster);

    database = openDatabase();
    await(database.whenReady());
    assertThat(storedValue()).isEqualTo(42);
  }

  @Test
  void attach_directoryWithoutADatabase_failsAndLeavesItEmpty() throws IOException {
    var empty = PostgresFixture.newDirectory();
    var attached = attach(empty);

    assertThatThrownBy(() -> await(attached.startupCheck()))
        .hasMessageContaining(empty + " contains no database");
    await(attached.close());
    try (var files = Files.list(empty)) {
      assertThat(files).isEmpty();
    }
    PostgresFixture.delete(empty);
  }

  @Test
  void attach_schemaOfAnotherVersion_failsAndChangesNothing() {
    int newest = await(database.withConnection(EmbeddedServerIT::hideNewestMigration));
    var attached = attach(directory);

    assertThatThrownBy(() -> await(attached.startupCheck()))
        .hasMessageContaining(
            "the schema is version %d, and this program needs %d", newest - 1, newest);
    await(attached.close());
    assertThat(
            await(
                    database.withConnection(
                        connection ->
                            firstRow(connection, "SELECT max(version) FROM schema_migration")))
                .getInteger(0))
        .isEqualTo(newest - 1);
    await(
        database.withConnection(
            connection -> run(connection, "UPDATE schema_migration SET version = abs(version)")));
  }

  private static Future<Integer> hideNewestMigration(SqlConnection connection) {
    return firstRow(
            connection,
            "UPDATE schema_migration SET version = -version WHERE version = (SELECT max(version)"
                + " FROM schema_migration) RETURNING -version")
        .map(row -> row.getInteger(0));
  }

  private Database attach(Path dataDirectory) {
    var server =
        new DatabaseServer.EmbeddedServer(vertx, PostgresFixture.server(dataDirectory), true);
    return open(server, new SchemaPolicy.Verify());
  }

  private Database openDatabase() {
    var server = new DatabaseServer.EmbeddedServer(vertx, PostgresFixture.server(directory), false);
    return open(server, new SchemaPolicy.Migrate(InstantSource.system()));
  }

  private Database open(DatabaseServer server, SchemaPolicy schemaPolicy) {
    return Database.open(
        vertx, server, DatabaseConfig.EMBEDDED, schemaPolicy, new SimpleMeterRegistry());
  }

  private Future<Void> requireDown() {
    return database.state().isUsable()
        ? Future.failedFuture("state is " + database.state())
        : Future.succeededFuture();
  }

  private ProcessHandle postmaster() {
    try {
      var lines = Files.readAllLines(directory.resolve("database-17/postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end of the process: the server's last file disappears slightly earlier. */
  private static void awaitEnd(ProcessHandle process) {
    await(Future.fromCompletionStage(process.onExit()));
  }

  private String setting(String name) {
    return await(database.withConnection(connection -> firstRow(connection, "SHOW " + name)))
        .getString(0);
  }

  private int storedValue() {
    return await(
            database.withConnection(connection -> firstRow(connection, "SELECT x FROM sample")))
        .getInteger(0);
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  private void setPermissions(String name, String permissions) throws IOException {
    Files.setPosixFilePermissions(
        directory.resolve(name), PosixFilePermissions.fromString(permissions));
  }

  private static Future<Row> firstRow(SqlConnection connection, String sql) {
    return connection.query(sql).execute().map(rows -> rows.iterator().next());
  }

  private static Future<Void> run(SqlConnection connection, String sql) {
    return connection.query(sql).execute().mapEmpty();
  }
}
