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
final class RoleReadiness {
  private static final Optional<String> NO_PROBLEM = Optional.empty();

  private final Map<Role, Optional<String>> problems = new ConcurrentHashMap<>();

  RoleReadiness(Set<Role> roles, HealthChecks health) {
    for (var role : roles) {
      setProblem(role, Optional.of("starting"));
      health.add(role.wireName(), () -> problems.getOrDefault(role, NO_PROBLEM));
    }
  }

  /** Starts the role when it is one of this node's; its trouble is gone when that succeeds. */
  Future<?> start(Role role, Supplier<Future<?>> deployment) {
    if (!problems.containsKey(role)) {
      return Future.succeededFuture();
    }
    return deployment
        .get()
        .onSuccess(ignored -> setProblem(role, NO_PROBLEM))
        .onFailure(
            cause -> setProblem(role, Optional.of("failed to start: " + cause.getMessage())));
  }

  /** From here on no role is ready, so that nobody new is sent to this node. */
  void markStopping() {
    problems.replaceAll((role, problem) -> Optional.of("stopping"));
  }

  private void setProblem(Role role, Optional<String> problem) {
    problems.put(role, problem);
  }
}
