package io.muster.launcher.node;

import io.muster.runtime.node.HealthChecks;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The readiness of the roles of a node, each a component of its health checks under the name of the
 * role. A role is ready while it runs, not while it starts or stops or after it failed to start.
 * Safe for use by any thread.
 */
final class RoleReadiness {
  private static final Optional<String> NO_PROBLEM = Optional.empty();

  private final Map<Role, Optional<String>> problems = new ConcurrentHashMap<>();

  RoleReadiness(Set<Role> roles, HealthChecks health) {
    for (var role : roles) {
      setProblem(role, Optional.of("starting"));
      health.add(
          role.wireName(),
          "the role is not running",
          () -> problems.getOrDefault(role, NO_PROBLEM));
    }
  }

  /** Starts the role if this node has it; success clears the problem of the role. */
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

  /** Marks every role as not ready, so that load balancers send no new clients to this node. */
  void markStopping() {
    problems.replaceAll((role, problem) -> Optional.of("stopping"));
  }

  private void setProblem(Role role, Optional<String> problem) {
    problems.put(role, problem);
  }
}
