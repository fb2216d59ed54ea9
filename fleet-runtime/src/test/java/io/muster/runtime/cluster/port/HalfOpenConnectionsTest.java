package io.muster.runtime.cluster.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HalfOpenConnectionsTest {
  private static final int MAX_PER_ADDRESS = 32;

  private final InetAddress member = address(1);
  private final HalfOpenConnections connections =
      new HalfOpenConnections(MAX_PER_ADDRESS, member::equals);
  private final List<HalfOpenConnection> rejected = new ArrayList<>();

  @Test
  void add_tooManyOfOneAddress_rejectsItsOldest() {
    var oldest = add(address(2));
    for (var count = 1; count < MAX_PER_ADDRESS; count++) {
      add(address(2));
    }
    add(address(3));
    assertThat(rejected).isEmpty();

    add(address(2));

    assertThat(rejected).containsExactly(oldest);
    assertThat(connections.size()).isEqualTo(MAX_PER_ADDRESS + 1);
  }

  @Test
  void add_tooManyOfOtherAddresses_neverRejectsAMember() {
    var joining = add(member);
    for (var count = 0; count < 2 * HalfOpenConnections.MAX_TOTAL; count++) {
      add(address(2 + count));
    }

    assertThat(rejected).hasSize(HalfOpenConnections.MAX_TOTAL).doesNotContain(joining);
    assertThat(connections.size()).isEqualTo(HalfOpenConnections.MAX_TOTAL + 1);
  }

  @Test
  void remove_completedHandshake_freesItsSlot() {
    for (var count = 0; count < 2 * MAX_PER_ADDRESS; count++) {
      connections.remove(add(address(2)));
    }

    assertThat(rejected).isEmpty();
    assertThat(connections.size()).isZero();
  }

  private HalfOpenConnection add(InetAddress address) {
    var connection = new RecordedConnection(address);
    connections.add(connection);
    return connection;
  }

  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private final class RecordedConnection implements HalfOpenConnection {
    private final InetAddress address;

    RecordedConnection(InetAddress address) {
      this.address = address;
    }

    @Override
    public InetAddress address() {
      return address;
    }

    @Override
    public void giveWay() {
      rejected.add(this);
    }
  }
}
