package io.muster.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.node.HealthChecks;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleBoardTest {
  private final HealthChecks health = new HealthChecks();
  private final RoleBoard roles = new RoleBoard(EnumSet.of(Role.API, Role.COLLECTOR), health);

  @Test
  void report_beforeAnyStart_everyRoleOfTheNodeIsStarting() {
    assertThat(health.report())
        .containsOnlyKeys("collector", "api")
        .containsEntry("api", Optional.of("starting"))
        .containsEntry("collector", Optional.of("starting"));
  }

  @Test
  void started_role_worksFromTheEndOfItsStart() {
    var start = Promise.<String>promise();
    var started = roles.started(Role.API, start::future);
    assertThat(health.report()).containsEntry("api", Optional.of("starting"));

    start.complete("deployed");

    assertThat(started.succeeded()).isTrue();
    assertThat(health.report())
        .containsEntry("api", Optional.empty())
        .containsEntry("collector", Optional.of("starting"));
  }

  @Test
  void started_failure_isTheReasonAndReachesTheCaller() {
    var started = roles.started(Role.API, () -> Future.failedFuture("port 9090 is taken"));

    assertThat(started.cause()).hasMessage("port 9090 is taken");
    assertThat(health.report())
        .containsEntry("api", Optional.of("failed to start: port 9090 is taken"));
  }

  @Test
  void started_roleOfOtherNodes_isNotStartedHere() {
    var started =
        roles.started(
            Role.REGISTRY,
            () -> {
              throw new AssertionError("started");
            });

    assertThat(started.succeeded()).isTrue();
    assertThat(health.report()).doesNotContainKey("registry");
  }

  @Test
  void stopping_runningRoles_noneWorksAnyMore() {
    roles.started(Role.API, Future::succeededFuture);
    roles.started(Role.COLLECTOR, Future::succeededFuture);

    roles.stopping();

    assertThat(health.report().values()).containsOnly(Optional.of("stopping"));
  }
}
