package io.muster.runtime.cluster.member;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.nio.ConnectionListener;
import com.hazelcast.internal.server.ServerConnection;

/**
 * Repeats the operations that wait for an answer of a member when the last connection to it is
 * lost, and with it questions and answers, and again when the next one is open: Hazelcast drops
 * what it could not send for 1.5 s. Both let operations wait for twice their timeout, because
 * Hazelcast repeats them only when a member leaves. Safe for use by any thread.
 */
final class InvocationRetry implements ConnectionListener<ServerConnection> {
  private final Node node;

  InvocationRetry(Node node) {
    this.node = node;
  }

  @Override
  public void connectionAdded(ServerConnection connection) {
    retryIfAlone(connection);
  }

  @Override
  public void connectionRemoved(ServerConnection connection) {
    retryIfAlone(connection);
  }

  private void retryIfAlone(ServerConnection connection) {
    var uuid = connection.getRemoteUuid();
    if (uuid == null || node.getClusterService().getMember(uuid) == null) {
      return;
    }
    var connections =
        node.getServer().getConnectionManager(EndpointQualifier.MEMBER).getConnections();
    var hasOther =
        connections.stream()
            .filter(ServerConnection::isAlive)
            .anyMatch(other -> !other.equals(connection) && uuid.equals(other.getRemoteUuid()));
    if (!hasOther) {
      node.nodeEngine.getOperationService().onEndpointLeft(connection.getRemoteAddress());
    }
  }
}
