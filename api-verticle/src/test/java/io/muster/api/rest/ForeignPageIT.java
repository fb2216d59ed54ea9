package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.muster.api.usage.ReportServer;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.testkit.Requires;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages of an attacker in a browser that try to use a node on the machine of their reader. */
@Timeout(180)
@Requires("chromium")
class ForeignPageIT {
  private static final String ATTACKER = "attacker.example";

  /**
   * Tries everything that a page may do to the origin in its fragment, with the token after it.
   * Statuses are those that the script sees; a request that the browser fails is {@code failed}.
   */
  private static final String PAGE =
      """
      <!doctype html>
      <meta charset="utf-8">
      <body>
      <script>
      const [node, reporter, token] = location.hash.slice(1).split('|');
      const insert = node + '/api/user/insert_client';
      const body = '{"user_id":"u","client_id":"6e1131b4b9cc454aa6ce3294ab860b2d",'
          + '"client_status":"online","name":"owned"}';
      const authorization = token ? {Authorization: 'Bearer ' + token} : {};
      const json = {'Content-Type': 'application/json', ...authorization};
      const attempts = {
        read: () => fetch(node + '/api/user/client_list?user_id=u', {headers: authorization})
            .then(response => response.status),
        writeJson: () => fetch(insert, {method: 'POST', headers: json, body})
            .then(response => response.status),
        writeText: () => fetch(insert, {method: 'POST', mode: 'no-cors', body})
            .then(response => response.status),
        sendBeacon: () => navigator.sendBeacon(insert, new Blob([body], {type: 'text/plain'})),
        submitForm: () => new Promise(resolve => {
          const frame = document.createElement('iframe');
          frame.name = 'target';
          document.body.append(frame);
          const form = document.createElement('form');
          Object.assign(form, {method: 'post', action: insert, target: 'target', enctype: 'text/plain'});
          document.body.append(form);
          frame.onload = () => resolve('loaded');
          form.submit();
        }),
        openSocket: () => new Promise((resolve, reject) => {
          const socket = new WebSocket(node.replace('http', 'ws') + '/usage');
          socket.onopen = () => resolve('open');
          socket.onerror = reject;
        }),
        openEvents: () => new Promise((resolve, reject) => {
          const events = new EventSource(node + '/events');
          events.onopen = () => { events.close(); resolve('open'); };
          events.onerror = reject;
        }),
      };
      (async () => {
        const outcome = {};
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            outcome[name] = String(await attempt());
          } catch (error) {
            outcome[name] = 'failed';
          }
        }
        fetch(reporter, {method: 'POST', mode: 'no-cors', body: JSON.stringify(outcome)});
      })();
      </script>
      """;

  @TempDir private Path folder;

  @Test
  void page_whoseNameIsReboundToTheNode_getsNothing() throws Exception {
    try (var node = start(Map.of());
        var attacker = new RebindingServer(node.address(), PAGE)) {
      var origin = attacker.origin(ATTACKER);

      assertThat(browse(origin, origin, "").getMap())
          .containsEntry("read", "421")
          .containsEntry("writeJson", "421")
          .containsEntry("writeText", "421")
          .containsEntry("openSocket", "failed")
          .containsEntry("openEvents", "failed");
      assertThat(node.services().calls).isEmpty();
      assertThat(rejections(node, "host")).isGreaterThanOrEqualTo(7);
    }
  }

  @Test
  void page_ofTheNodeItself_mayReadAndWrite() throws Exception {
    try (var node = start(Map.of());
        var server = new RebindingServer(node.address(), PAGE)) {
      var origin = server.origin("localhost");

      assertThat(browse(origin, origin, "").getMap())
          .containsEntry("read", "200")
          .containsEntry("writeJson", "200")
          .containsEntry("openSocket", "open")
          .containsEntry("openEvents", "open");
      assertThat(node.services().calls)
          .hasAtLeastOneElementOfType(ClientQuery.class)
          .hasAtLeastOneElementOfType(ClientRegistration.class);
      assertThat(rejections(node, "host") + rejections(node, "origin")).isZero();
    }
  }

  @Test
  void page_ofAnotherSite_neitherReadsNorWrites() throws Exception {
    try (var node = start(Map.of());
        var attacker = new RebindingServer(node.address(), PAGE)) {
      assertThat(browse(attacker.origin(ATTACKER), origin(node), "").getMap())
          .containsEntry("read", "failed")
          .containsEntry("writeJson", "failed")
          .containsEntry("openSocket", "failed")
          .containsEntry("openEvents", "failed");
      assertThat(node.services().calls).hasOnlyElementsOfType(ClientQuery.class);
      assertThat(rejections(node, "origin")).as("text, beacon and form").isEqualTo(3);
    }
  }

  @Test
  void page_ofAnotherSite_needsTheToken() throws Exception {
    try (var node = start(Map.of("api.token", "s3cret"));
        var site = new RebindingServer(node.address(), PAGE)) {
      assertThat(browse(site.origin(ATTACKER), origin(node), "wrong").getMap())
          .containsEntry("read", "401")
          .containsEntry("writeJson", "401")
          .containsEntry("openSocket", "failed")
          .containsEntry("openEvents", "failed");
      assertThat(node.services().calls).isEmpty();

      assertThat(browse(site.origin(ATTACKER), origin(node), "s3cret").getMap())
          .containsEntry("read", "200")
          .containsEntry("writeJson", "200");
      assertThat(node.services().calls).hasAtLeastOneElementOfType(ClientRegistration.class);
    }
  }

  @Test
  void page_ofAListedOrigin_mayReadAndWrite() throws Exception {
    try (var other = start(Map.of());
        var site = new RebindingServer(other.address(), PAGE);
        var node = start(Map.of("api.cors_origins", site.origin(ATTACKER)))) {
      assertThat(browse(site.origin(ATTACKER), origin(node), "").getMap())
          .containsEntry("read", "200")
          .containsEntry("writeJson", "200")
          .containsEntry("openSocket", "open")
          .containsEntry("openEvents", "open");
      assertThat(rejections(node, "origin")).isZero();
    }
  }

  private static RestTestNode start(Map<String, String> settings) {
    var node = RestTestNode.start(ApiNode.config(settings));
    node.node().publish(TestFrame.of("a").build());
    return node;
  }

  private static double rejections(RestTestNode node, String reason) {
    return node.node()
        .meters()
        .get("muster.api.requests.refused")
        .tag("reason", reason)
        .counter()
        .count();
  }

  private static String origin(RestTestNode node) {
    return "http://localhost:" + node.address().port();
  }

  /** Opens the page of one origin, which tries to use another one, and returns its report. */
  private JsonObject browse(String pageOrigin, String nodeOrigin, String token) throws Exception {
    try (var report = new ReportServer()) {
      var reporter = "http://127.0.0.1:" + report.port() + "/report";
      return report.browse(
          pageOrigin + "/page#" + String.join("|", nodeOrigin, reporter, token),
          folder,
          "--host-resolver-rules=MAP " + ATTACKER + " 127.0.0.1");
    }
  }
}
