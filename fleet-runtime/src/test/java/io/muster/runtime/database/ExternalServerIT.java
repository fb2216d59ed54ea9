package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.retry;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.runtime.database.DatabaseState.Phase;
import io.muster.schema.frame.ReservedPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.SslMode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An external server, connected by TCP through a network that fails. */
class ExternalServerIT {
  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseUrl serverUrl = shared.fixture().newDatabase();
  private final FaultyProxy proxy = new FaultyProxy(vertx, serverUrl);
  private Database database;

  @BeforeEach
  void open() {
    await(proxy.open());
    database = openThroughProxy();
    await(database.whenReady());
  }

  @AfterEach
  void close() {
    await(database.close());
    await(vertx.close());
    proxy.release();
  }

  @Test
  void withConnection_overTcp_works() {
    assertThat(await(selectOne())).isEqualTo(1);
  }

  @Tag("slow")
  @Test
  void withConnection_networkDropsEverything_isDetectedAndRecovers() {
    proxy.setDropping(true);

    retry(vertx, () -> requirePhase(Phase.DOWN));
    proxy.setDropping(false);

    assertThat(retry(vertx, this::selectOne)).isEqualTo(1);
  }

  @Test
  void withConnection_connectionRefused_recovers() {
    await(proxy.close());

    retry(vertx, () -> requirePhase(Phase.DOWN));
    await(proxy.open());

    assertThat(retry(vertx, this::selectOne)).isEqualTo(1);
  }

  @Test
  void startupCheck_serverStartsLater_becomesReady() {
    await(proxy.close());
    var earlyDatabase = openThroughProxy();

    await(earlyDatabase.startupCheck());
    assertThat(earlyDatabase.whenReady().isComplete()).isFalse();
    await(proxy.open());

    await(earlyDatabase.whenReady());
    await(earlyDatabase.close());
  }

  private Database openThroughProxy() {
    var url =
        new DatabaseUrl(
            serverUrl.user(),
            serverUrl.password(),
            "127.0.0.1",
            proxy.port(),
            serverUrl.database(),
            SslMode.PREFER,
            Optional.empty());
    return PostgresFixture.open(vertx, url, Duration.ofSeconds(1), new SimpleMeterRegistry());
  }

  private Future<Integer> selectOne() {
    return database.withConnection(
        connection ->
            connection
                .preparedQuery("SELECT 1")
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0)));
  }

  private Future<Void> requirePhase(Phase phase) {
    return database.state().phase() == phase
        ? Future.succeededFuture()
        : Future.failedFuture("state is " + database.state());
  }

  /** A TCP proxy for the server's socket, which can drop all data. */
  private static final class FaultyProxy {
    private final Vertx vertx;
    private final SocketAddress target;
    private final ReservedPort port = new ReservedPort();
    private NetServer server;
    private volatile boolean isDropping;

    FaultyProxy(Vertx vertx, DatabaseUrl serverUrl) {
      this.vertx = vertx;
      this.target =
          SocketAddress.domainSocketAddress(serverUrl.host() + "/.s.PGSQL." + serverUrl.port());
      this.server = vertx.createNetServer();
    }

    Future<?> open() {
      server = vertx.createNetServer().connectHandler(this::forward);
      return server.listen(port(), "127.0.0.1");
    }

    int port() {
      return port.number();
    }

    void setDropping(boolean isDropping) {
      this.isDropping = isDropping;
    }

    /** Closes the proxy together with its connections; it can be opened again. */
    Future<Void> close() {
      return server.close();
    }

    void release() {
      port.close();
    }

    private void forward(NetSocket client) {
      client.pause();
      vertx
          .createNetClient()
          .connect(target)
          .onSuccess(socket -> connectBoth(client, socket))
          .onFailure(cause -> client.close());
    }

    private void connectBoth(NetSocket client, NetSocket socket) {
      client.handler(bytes -> forwardBytes(bytes, socket)).closeHandler(closed -> socket.close());
      socket.handler(bytes -> forwardBytes(bytes, client)).closeHandler(closed -> client.close());
      client.resume();
    }

    private void forwardBytes(Buffer bytes, NetSocket destination) {
      if (!isDropping) {
        destination.write(bytes);
      }
    }
  }
}
