import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.ingest.HeartbeatStore;
import io.muster.aggregator.ingest.PostgresHeartbeatStore;
import io.muster.aggregator.ingest.ReceivedBatch;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes batches of 1,000 heartbeats into the embedded database, by several methods in turn. Run
 * from its source: {@code java -cp muster.jar IngestBench.java DIRECTORY ROUNDS BATCHES}. Prints a
 * line for each method and round: the method, and the seconds per batch.
 */
public final class IngestBench {
  private static final int ROWS = 1000;
  private static final int CLIENTS = 10_000;
  private static final int STEP_MILLIS = 1;

  /** The second one is used only if two batches are in flight. */
  private static final int CONNECTIONS = 2;

  private final Path directory;
  private final Database database;
  private final HeartbeatStore store;
  private final int batches;
  private List<String> clients = List.of();
  private List<Integer> clientReferences = List.of();
  private Instant at;
  private int nextClient;

  private IngestBench(Path directory, Database database, int batches) {
    this.directory = directory;
    this.database = database;
    this.batches = batches;
    var clock = InstantSource.system();
    this.store = new PostgresHeartbeatStore(database, clock, new GpuCatalog(GpuModels.bundled()), stored -> {});
    this.at = clock.instant().minus(Duration.ofMinutes(15));
  }

  public static void main(String[] arguments) {
    var directory = Path.of(arguments[0]);
    var database = openDatabase(Vertx.vertx(), directory, CONNECTIONS);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(database.close())));
    try {
      var bench = new IngestBench(directory, database, Integer.parseInt(arguments[2]));
      bench.prepare();
      for (var round = 0; round < Integer.parseInt(arguments[1]); round++) {
        bench.runRound();
      }
      System.exit(0);
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static Database openDatabase(Vertx vertx, Path directory, int connections) {
    var config = new DatabaseConfig(Optional.empty(), connections, Duration.ofSeconds(60));
    var database =
        Database.open(vertx, config, directory, InstantSource.system(), new SimpleMeterRegistry());
    await(database.whenReady());
    return database;
  }

  private void prepare() {
    execute(
        "INSERT INTO client (client_id, user_id, name, declared_status) SELECT gen_random_uuid(),"
            + " 'bench', 'host', 'online' FROM generate_series(1, "
            + CLIENTS
            + ")");
    for (var table : List.of("bare_copy", "bare_unnest")) {
      execute("CREATE TABLE " + table + " (LIKE heartbeat, PRIMARY KEY (client_ref, ts))");
    }
    var ids = new ArrayList<String>();
    var refs = new ArrayList<Integer>();
    await(
            database.withConnection(
                sql -> sql.query("SELECT client_id, client_ref FROM client ORDER BY 2").execute()))
        .forEach(
            row -> {
              ids.add(ClientId.fromUuid(row.getUUID(0)));
              refs.add(row.getInteger(1));
            });
    clients = ids;
    clientReferences = refs;
  }

  /** Measures each method once. */
  private void runRound() throws IOException {
    measureCopy();
    measureUnnest();
    for (var devices : List.of(0, 8)) {
      for (var heartbeatsPerClient : List.of(1, 10, 500)) {
        var name = "store each=" + heartbeatsPerClient + " devices=" + devices + " in-flight=";
        measureStore(name + 1, new BatchShape(heartbeatsPerClient, devices), 1);
        measureStore(name + 2, new BatchShape(heartbeatsPerClient, devices), 2);
      }
    }
  }

  /** Measures COPY from files that the server reads. */
  private void measureCopy() throws IOException {
    var files = new ArrayList<Path>();
    for (var batch = 0; batch < batches; batch++) {
      var text = new StringBuilder();
      for (var row : nextHeartbeats(1)) {
        text.append(row.at)
            .append('\t')
            .append(row.uploadBytes())
            .append('\t')
            .append(row.downloadBytes());
        text.append('\t')
            .append(clientReferences.get(row.client))
            .append('\t')
            .append(row.cpuPercent());
        text.append("\t40\t30\t0\n");
      }
      files.add(Files.writeString(directory.resolve("copy-" + batch), text));
    }
    var columns = " (ts, net_up, net_down, client_ref, cpu, mem, disk, gpu_flags)";
    var startNanos = System.nanoTime();
    for (var file : files) {
      execute("COPY bare_copy" + columns + " FROM '" + file + "'");
    }
    print("copy", startNanos);
  }

  private void measureUnnest() {
    var startNanos = System.nanoTime();
    for (var batch = 0; batch < batches; batch++) {
      var rows = nextHeartbeats(1);
      var parameters =
          Tuple.tuple()
              .addArrayOfOffsetDateTime(
                  toArray(rows, row -> row.at.atOffset(ZoneOffset.UTC), new OffsetDateTime[0]))
              .addArrayOfLong(toArray(rows, SyntheticHeartbeat::uploadBytes, new Long[0]))
              .addArrayOfLong(toArray(rows, SyntheticHeartbeat::downloadBytes, new Long[0]))
              .addArrayOfInteger(
                  toArray(rows, row -> clientReferences.get(row.client), new Integer[0]))
              .addArrayOfShort(toArray(rows, SyntheticHeartbeat::cpuPercent, new Short[0]))
              .addArrayOfShort(toArray(rows, row -> (short) 40, new Short[0]))
              .addArrayOfShort(toArray(rows, row -> (short) 30, new Short[0]))
              .addArrayOfShort(toArray(rows, row -> (short) 0, new Short[0]));
      await(
          database.withConnection(
              sql ->
                  sql.preparedQuery(
                          "INSERT INTO bare_unnest (ts, net_up, net_down, client_ref, cpu, mem,"
                              + " disk, gpu_flags) SELECT * FROM unnest($1::timestamptz[],"
                              + " $2::bigint[], $3::bigint[], $4::int[], $5::smallint[],"
                              + " $6::smallint[], $7::smallint[], $8::smallint[]) ON CONFLICT DO"
                              + " NOTHING")
                      .execute(parameters)));
    }
    print("unnest", startNanos);
  }

  /**
   * Measures the writes of an aggregator; the batches are prepared, as if received over the bus.
   */
  private void measureStore(String name, BatchShape shape, int maxInFlight) {
    var requests = IntStream.range(0, batches).mapToObj(i -> nextBatch(shape)).toList();
    var inFlight = new ArrayDeque<Future<Integer>>();
    var accepted = 0;
    var startNanos = System.nanoTime();
    for (var batch : requests) {
      if (inFlight.size() == maxInFlight) {
        accepted += await(inFlight.remove());
      }
      inFlight.add(
          store
              .store(batch)
              .map(
                  stored ->
                      stored.receipts().values().stream()
                          .mapToInt(receipt -> receipt.accepted())
                          .sum()));
    }
    while (!inFlight.isEmpty()) {
      accepted += await(inFlight.remove());
    }
    if (accepted != batches * ROWS) {
      throw new IllegalStateException(name + ": " + accepted + " were stored");
    }
    print(name, startNanos);
  }

  private List<ReceivedBatch> nextBatch(BatchShape shape) {
    var now = InstantSource.system().instant();
    var batch = new ArrayList<ReceivedBatch>();
    var rows = nextHeartbeats(shape.heartbeatsPerClient);
    for (var first = 0; first < ROWS; first += shape.heartbeatsPerClient) {
      var clientRows = rows.subList(first, first + shape.heartbeatsPerClient);
      var client = clients.get(clientRows.get(0).client);
      var heartbeats =
          clientRows.stream()
              .map(row -> row.toHeartbeat(client, shape.devicesPerHeartbeat))
              .toList();
      var sentAt = OptionalLong.of(now.toEpochMilli());
      batch.add(new ReceivedBatch(new HeartbeatBatch(client, sentAt, heartbeats), now));
    }
    return batch;
  }

  /** Returns this many heartbeats of each of the next clients. */
  private List<SyntheticHeartbeat> nextHeartbeats(int heartbeatsPerClient) {
    var rows = new ArrayList<SyntheticHeartbeat>();
    for (var clientIndex = 0; clientIndex < ROWS / heartbeatsPerClient; clientIndex++) {
      for (var heartbeatIndex = 0; heartbeatIndex < heartbeatsPerClient; heartbeatIndex++) {
        rows.add(
            new SyntheticHeartbeat(nextClient, at.plusMillis((long) heartbeatIndex * STEP_MILLIS)));
      }
      nextClient = (nextClient + 1) % CLIENTS;
    }
    at = at.plusMillis((long) heartbeatsPerClient * STEP_MILLIS);
    return rows;
  }

  private void execute(String sql) {
    await(database.withConnection(connection -> connection.query(sql).execute()));
  }

  private void print(String name, long startNanos) {
    System.out.printf("%s\t%.9f%n", name, (System.nanoTime() - startNanos) / 1e9 / batches);
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(120, TimeUnit.SECONDS).await();
  }

  private static <T> T[] toArray(
      List<SyntheticHeartbeat> rows, Function<SyntheticHeartbeat, T> column, T[] emptyArray) {
    return rows.stream().map(column).toList().toArray(emptyArray);
  }

  /** The number of heartbeats of each client in a batch, and of devices in each heartbeat. */
  private record BatchShape(int heartbeatsPerClient, int devicesPerHeartbeat) {}

  private record SyntheticHeartbeat(int client, Instant at) {
    short cpuPercent() {
      return (short) (client % 101);
    }

    long uploadBytes() {
      return 1000L + client;
    }

    long downloadBytes() {
      return 2000L + client;
    }

    Heartbeat toHeartbeat(String id, int devices) {
      var readings =
          IntStream.range(0, devices)
              .mapToObj(
                  index ->
                      new DeviceReading(
                          new DeviceIdentity(
                              index, "GPU-" + id + "-" + index, "NVIDIA H100 80GB HBM3"),
                          OptionalDouble.of(50 + index),
                          new DeviceMemory(OptionalLong.of(40L << 30), OptionalLong.of(80L << 30)),
                          OptionalLong.of(60 + index),
                          OptionalDouble.of(300 + index),
                          OptionalInt.of(90),
                          Optional.empty()))
              .toList();
      return new Heartbeat(
          at.toEpochMilli(),
          cpuPercent(),
          40,
          30,
          uploadBytes(),
          downloadBytes(),
          Optional.of(readings));
    }
  }
}
