package io.muster.runtime.database;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.database.DatabaseState.Phase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server of the site, reached by TCP through a network that fails. */
class GivenServerIT {
  @RegisterExtension static final SharedPostgres shared = new SharedPostgres();

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseUrl behind = shared.fixture().newDatabase();
  private final Network network = new Network(vertx, behind);
  private Database database;

  @BeforeEach
  void open() {
    database = through(await(network.open(0)));
    await(database.ready());
  }

  @AfterEach
  void close() {
    await(database.close());
    await(vertx.close());
  }

  @Test
  void with_overTcp_works() {
    assertThat(await(one())).isEqualTo(1);
  }

  @Test
  void with_networkSwallowsEverything_isNoticedAndPasses() {
    network.swallow(true);

    eventually(vertx, () -> reaches(Phase.DOWN));
    network.swallow(false);

    assertThat(eventually(vertx, this::one)).isEqualTo(1);
  }

  @Test
  void with_connectionsAreRefused_recoversWhenTheyAreNot() {
    var port = network.port();
    await(network.close());

    eventually(vertx, () -> reaches(Phase.DOWN));
    await(network.open(port));

    assertThat(eventually(vertx, this::one)).isEqualTo(1);
  }

  @Test
  void admitted_serverComesLater_isReadyThen() {
    var port = network.port();
    await(network.close());
    var early = through(port);

    await(early.admitted());
    assertThat(early.ready().isComplete()).isFalse();
    await(network.open(port));

    await(early.ready());
    await(early.close());
  }

  private Database through(int port) {
    var url =
        new DatabaseUrl(
            behind.user(),
            behind.password(),
            "127.0.0.1",
            port,
            behind.database(),
            SslMode.PREFER,
            Optional.empty());
    var config = new DatabaseConfig(Optional.of(url), 2, Duration.ofSeconds(1));
    return Database.open(vertx, config, Path.of("unused"), InstantSource.system());
  }

  private Future<Integer> one() {
    return database.with(
        connection ->
            connection
                .preparedQuery("SELECT 1")
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0)));
  }

  private Future<Void> reaches(Phase phase) {
    return database.state().phase() == phase
        ? Future.succeededFuture()
        : Future.failedFuture("state is " + database.state());
  }

  /** A port that leads to the server's socket, on demand into a void. */
  private static final class Network {
    private final Vertx vertx;
    private final SocketAddress target;
    private NetServer server;
    private volatile boolean swallows;

    Network(Vertx vertx, DatabaseUrl behind) {
      this.vertx = vertx;
      this.target = SocketAddress.domainSocketAddress(behind.host() + "/.s.PGSQL." + behind.port());
      this.server = vertx.createNetServer();
    }

    Future<Integer> open(int port) {
      server = vertx.createNetServer().connectHandler(this::forward);
      return server.listen(port, "127.0.0.1").map(NetServer::actualPort);
    }

    int port() {
      return server.actualPort();
    }

    void swallow(boolean on) {
      swallows = on;
    }

    /** A server that closes takes its connections along. */
    Future<Void> close() {
      return server.close();
    }

    private void forward(NetSocket client) {
      client.pause();
      vertx
          .createNetClient()
          .connect(target)
          .onSuccess(socket -> join(client, socket))
          .onFailure(cause -> client.close());
    }

    private void join(NetSocket client, NetSocket socket) {
      client.handler(bytes -> pass(bytes, socket)).closeHandler(closed -> socket.close());
      socket.handler(bytes -> pass(bytes, client)).closeHandler(closed -> client.close());
      client.resume();
    }

    private void pass(Buffer bytes, NetSocket to) {
      if (!swallows) {
        to.write(bytes);
      }
    }
  }
}
