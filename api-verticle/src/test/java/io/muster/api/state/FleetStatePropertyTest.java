package io.muster.api.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Clients that apply changes know the same as one that gets the full state, whatever they lose, and
 * whenever they reconnect: at random the fleet ticks, becomes silent, loses and gains hosts, and
 * the api node restarts.
 */
class FleetStatePropertyTest {
  private static final int STEPS = 120;
  private static final int HOSTS = 6;

  @Property(tries = 25)
  void clients_knowTheFullState(@ForAll long seed) {
    var random = new Random(seed);
    var node = new ApiStart(0);
    var clients = new ArrayList<ModelClient>();
    for (int i = 0; i < 5; i++) {
      clients.add(new ModelClient(node));
    }
    for (int step = 1; step <= STEPS; step++) {
      if (random.nextInt(40) == 0) {
        var restarted = new ApiStart(step);
        clients.forEach(client -> client.connect(restarted, random));
        node = restarted;
      }
      changeFleet(node.fleet, random);
      for (var client : clients) {
        client.live(node, random);
      }
    }
    for (var client : clients) {
      client.drain(node);
    }
    assertAccounts(node);
  }

  @Property(tries = 10)
  void changes_ofTheSameLag_areTheSameBytes(@ForAll long seed) {
    var random = new Random(seed);
    var fleet = new StateFleet("e");
    for (int tick = 0; tick < 20; tick++) {
      fleet.tick(randomHosts(random));
    }
    var state = fleet.current();
    var sequence = state.head().sequence();

    for (long lag = 1; lag <= sequence; lag++) {
      var change = state.changeSince(new StatePosition("e", sequence - lag));
      assertThat(change).isSameAs(state.changeSince(new StatePosition("e", sequence - lag)));
      assertThat(new String(change.json(), UTF_8)).contains("\"seq\":" + sequence);
    }
  }

  /** Ticks with a random part of the hosts and GPUs, or lets hosts become silent. */
  private static void changeFleet(StateFleet fleet, Random random) {
    var action = random.nextInt(10);
    if (action == 0) {
      fleet.advance(StateFleet.FORGET_AFTER.multipliedBy(2));
    } else if (action <= 2) {
      fleet.advance(Duration.ofMillis(500L * random.nextInt(20)));
    } else {
      fleet.tick(randomHosts(random));
      fleet.advance(Duration.ofMillis(2_750));
    }
  }

  private static List<TestFrame> randomHosts(Random random) {
    var frames = new ArrayList<TestFrame>();
    for (int host = 0; host < HOSTS; host++) {
      var name = "gpu-" + host;
      if (random.nextInt(8) == 0) {
        frames.add(StateFleet.hungHost(name));
      } else if (random.nextInt(4) > 0) {
        var gpus = random.nextInt(10) == 0 ? random.nextInt(3) : 2;
        frames.add(StateFleet.host(name, random.ints(gpus, 0, 3).toArray()));
      }
    }
    return frames;
  }

  private static String fullState(FleetState state) {
    var fresh = new StateClient();
    fresh.apply(state.full().json());
    return fresh.knowledge();
  }

  private static void assertAccounts(ApiStart node) {
    assertThat(node.fleet.metrics().offered().count()).isPositive();
    assertThat(node.fleet.metrics().heldStates()).as("drained").isZero();
  }

  /** One start of an api node. */
  private static final class ApiStart {
    private final StateFleet fleet;

    ApiStart(int number) {
      fleet = new StateFleet("epoch" + number);
    }
  }

  /** A client, and the server's side of its connection. Used by the thread of the test only. */
  private static final class ModelClient implements StateSubscriber {
    private final StateClient received = new StateClient();
    private StateCursor cursor;
    private boolean stalled;

    ModelClient(ApiStart node) {
      cursor = open(node, Optional.empty());
      subscribe(node);
    }

    /** Stalls, continues, or reconnects with a right, a wrong or without a position. */
    void live(ApiStart node, Random random) {
      stalled = random.nextInt(3) == 0;
      if (random.nextInt(8) == 0) {
        connect(node, random);
      }
      drain(cursor);
    }

    void connect(ApiStart node, Random random) {
      cursor.close();
      var position =
          switch (random.nextInt(5)) {
            case 0 -> Optional.<StatePosition>empty();
            case 1 -> StatePosition.parse("another-" + random.nextInt(STEPS));
            case 2 -> StatePosition.parse(node.fleet.current().position() + "9");
            default -> received.position();
          };
      cursor = open(node, position);
      subscribe(node);
    }

    void drain(ApiStart node) {
      stalled = false;
      drain(cursor);
      assertThat(cursor.newest()).isSameAs(node.fleet.current());
    }

    @Override
    public void drain(StateCursor from) {
      if (!stalled) {
        from.take().ifPresent(bytes -> received.apply(bytes.json()));
        assertThat(received.knowledge()).isEqualTo(fullState(from.newest()));
      }
    }

    @Override
    public void onSecondElapsed(StateCursor from) {
      drain(from);
    }

    @Override
    public void close() {
      // The test has no node that stops.
    }

    private StateCursor open(ApiStart node, Optional<StatePosition> position) {
      var state = node.fleet.current();
      return new StateCursor(this, state, position.filter(state::covers), node.fleet.metrics());
    }

    private void subscribe(ApiStart node) {
      var subscribed = cursor;
      node.fleet.states().subscribe(subscribed::offer);
    }
  }
}
