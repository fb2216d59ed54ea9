package io.muster.launcher.node;

import io.muster.runtime.node.HealthChecks;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * How far the roles of a node are, as components of its health board under their own names: a role
 * works when it runs, and not while it starts, stops, or after it failed to start. Any thread may
 * use it.
 */
final class RoleBoard {
  private static final Optional<String> RUNNING = Optional.empty();

  private final Map<Role, Optional<String>> troubles = new ConcurrentHashMap<>();

  RoleBoard(Set<Role> roles, HealthChecks health) {
    for (var role : roles) {
      note(role, Optional.of("starting"));
      health.add(role.wireName(), () -> troubles.getOrDefault(role, RUNNING));
    }
  }

  /** Starts the role when it is one of this node's; its trouble is gone when that succeeds. */
  Future<?> started(Role role, Supplier<Future<?>> start) {
    if (!troubles.containsKey(role)) {
      return Future.succeededFuture();
    }
    return start
        .get()
        .onSuccess(running -> note(role, RUNNING))
        .onFailure(cause -> note(role, Optional.of("failed to start: " + cause.getMessage())));
  }

  /** From here on no role is ready, so that nobody new is sent to this node. */
  void stopping() {
    troubles.replaceAll((role, trouble) -> Optional.of("stopping"));
  }

  private void note(Role role, Optional<String> trouble) {
    troubles.put(role, trouble);
  }
}
