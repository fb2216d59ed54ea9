package io.muster.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.HealthChecks.HealthProblem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleReadinessTest {
  private final HealthChecks health = new HealthChecks();
  private final RoleReadiness readiness =
      new RoleReadiness(EnumSet.of(Role.API, Role.COLLECTOR), health);

  @Test
  void report_beforeAnyStart_everyRoleOfTheNodeIsStarting() {
    assertThat(health.report())
        .containsOnlyKeys("collector", "api")
        .containsEntry("api", problem("starting"))
        .containsEntry("collector", problem("starting"));
  }

  @Test
  void start_role_isReadyOnceDeployed() {
    var deployment = Promise.<String>promise();
    var result = readiness.start(Role.API, deployment::future);
    assertThat(health.report()).containsEntry("api", problem("starting"));

    deployment.complete("deployed");

    assertThat(result.succeeded()).isTrue();
    assertThat(health.report())
        .containsEntry("api", Optional.empty())
        .containsEntry("collector", problem("starting"));
  }

  @Test
  void start_failure_isReportedAndReturned() {
    var result =
        readiness.start(Role.API, () -> Future.failedFuture("port 9090 is already in use"));

    assertThat(result.cause()).hasMessage("port 9090 is already in use");
    assertThat(health.report())
        .containsEntry("api", problem("failed to start: port 9090 is already in use"));
  }

  @Test
  void start_roleOfAnotherNode_isNotStarted() {
    var result =
        readiness.start(
            Role.REGISTRY,
            () -> {
              throw new AssertionError("started");
            });

    assertThat(result.succeeded()).isTrue();
    assertThat(health.report()).doesNotContainKey("registry");
  }

  @Test
  void markStopping_runningRoles_noneIsReady() {
    readiness.start(Role.API, Future::succeededFuture);
    readiness.start(Role.COLLECTOR, Future::succeededFuture);

    readiness.markStopping();

    assertThat(health.report().values()).containsOnly(problem("stopping"));
  }

  private static Optional<HealthProblem> problem(String reason) {
    return Optional.of(new HealthProblem("the role is not running", reason));
  }
}
