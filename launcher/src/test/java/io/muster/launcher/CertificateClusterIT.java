package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.Secret;
import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a cluster of JVMs with certificates that {@code muster certs} has issued. */
@Tag("slow")
class CertificateClusterIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String REASON =
      " address=127.0.0.1 reason=one side does not trust the certificate of the other, or only one"
          + " has cluster.tls.cert";

  @TempDir private Path folder;
  @AutoClose private final ReservedPort clusterPort = new ReservedPort();

  @BeforeEach
  void createAuthorities() throws IOException {
    Files.writeString(folder.resolve("secret"), Secret.random(32).text());
    runCerts("ca", "--directory", path("site"));
    runCerts("ca", "--directory", path("foreign"));
  }

  @Test
  void nodes_ofOneAuthority_exchangeFramesAndRejectOneOfAnother() throws Exception {
    try (var first =
            start("site", "gpu-01", "api,collector", "cluster.listen=" + clusterPort.address());
        var second = join("site", "gpu-02");
        var third = join("site", "gpu-03")) {
      awaitHosts(first);
      try (var fourth = join("foreign", "gpu-04")) {
        AssertionPoller.awaitAssertion(
            TIMEOUT,
            () -> {
              assertThat(warnings(fourth))
                  .as(fourth.output())
                  .containsExactly("connection to the event bus of a member failed" + REASON);
              assertThat(warnings(first))
                  .as(first.output())
                  .containsExactly("connection to the event bus was rejected" + REASON);
            });
        awaitHosts(first);
      }
      assertThat(second.output() + third.output()).doesNotContain("ERROR");
    }
  }

  private static void awaitHosts(MusterProcess node) {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () ->
            assertThat(node.get("/metrics").body().lines())
                .filteredOn(line -> line.startsWith("all_smi_up{"))
                .containsExactlyInAnyOrder(up("gpu-01"), up("gpu-02"), up("gpu-03")));
  }

  private static String up(String host) {
    return "all_smi_up{instance=\"" + host + "\", hostname=\"" + host + "\"} 1";
  }

  /** Returns the messages about the event bus that the node has logged. */
  private static List<String> warnings(MusterProcess node) {
    return node.output()
        .lines()
        .filter(line -> line.contains("event bus"))
        .map(line -> line.substring(line.indexOf("connection")))
        .toList();
  }

  private MusterProcess join(String authority, String host) {
    return start(authority, host, "collector", "cluster.join=" + clusterPort.address());
  }

  private MusterProcess start(String authority, String host, String roles, String cluster) {
    runCerts("issue", "--ca", path(authority), "--directory", path(host), host);
    var arguments = new ArrayList<>(List.of("--roles", roles, "--interval", "500ms"));
    for (var setting :
        List.of(
            cluster,
            "collector.hostname=" + host,
            "cluster.secret_file=" + path("secret"),
            "cluster.tls.cert=" + path(host + "/cert.pem"),
            "cluster.tls.key=" + path(host + "/key.pem"),
            "cluster.tls.ca=" + path(host + "/ca.pem"))) {
      arguments.addAll(List.of("--set", setting));
    }
    return MusterProcess.start(folder.resolve("data-" + host), arguments.toArray(String[]::new))
        .awaitBanner();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void runCerts(String... arguments) {
    var all = new ArrayList<>(List.of("certs"));
    all.addAll(List.of(arguments));
    var output = new StringWriter();
    var program = Main.createCommandLine();
    program.setOut(new PrintWriter(output)).setErr(new PrintWriter(output));
    assertThat(program.execute(all.toArray(String[]::new))).as("%s", output).isZero();
  }
}
