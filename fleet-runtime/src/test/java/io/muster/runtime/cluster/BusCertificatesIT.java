package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.cluster.bus.BusIdentity;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.TestAuthority;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose certificates on the event bus were issued by authorities. */
final class BusCertificatesIT {
  private static final String ECHO = "echo.";

  @TempDir private Path folder;

  private final ClusterTestbed testbed = new ClusterTestbed();
  private final TestAuthority authority;
  private final TestAuthority nextAuthority;

  /** Two authorities of one name: only their keys tell them apart. */
  BusCertificatesIT() throws GeneralSecurityException {
    authority = new TestAuthority("authority");
    nextAuthority = new TestAuthority("authority");
  }

  @AfterEach
  void close() {
    testbed.close();
  }

  @Test
  void members_ofOneAuthority_communicate() throws Exception {
    var first = start("first", authority.issue("first"), authority);
    var second = join(first, "second", authority.issue("second"), authority);

    assertCommunicate(first, second);
  }

  @Test
  void connection_ofAnyOtherCertificate_isRejectedWithTheReason() throws Exception {
    var first = start("first", authority.issue("first"), authority);
    var now = InstantSource.system().instant();
    var old = now.minus(Duration.ofDays(101));

    assertRejected(first, nextAuthority.issue("foreign"), "certificate");
    assertRejected(first, TestAuthority.selfSigned(), "certificate");
    assertRejected(first, BusIdentity.deriveCertificate(ClusterTestbed.SECRET), "certificate");
    assertRejected(first, authority.issue("server", CertificateUse.SERVER, now), "certificate");
    assertRejected(first, authority.issue("old", CertificateUse.NODE, old), "expired");

    assertCommunicate(first, join(first, "second", authority.issue("second"), authority));
  }

  @Test
  void members_ofWhichOneHasNoCertificate_bothReportTheReason() throws Exception {
    var first = start("first", authority.issue("first"), authority);
    var without =
        testbed.startNode(
            "cluster.join", ClusterTestbed.addressOf(first.node), "cluster.listen", "127.0.0.1:0");

    testbed.await(
        "reasons of both",
        () -> {
          without.vertx().eventBus().send(ECHO + "first", "hello");
          return testbed.rejections(first.node, "bus", "certificate") > 0
              && testbed.rejections(without, "bus", "secret") > 0;
        });
  }

  /** All members trust both authorities before one has a certificate of the next. */
  @Tag("slow")
  @Test
  void files_ofTheNextAuthority_replaceTheFormerOnesInOperation() throws Exception {
    var first = start("first", authority.issue("first"), authority);
    var second = join(first, "second", authority.issue("second"), authority);
    assertCommunicate(first, second);

    replace(first, authority.issue("first"), authority, nextAuthority);
    replace(second, authority.issue("second"), authority, nextAuthority);
    var former = authority.issue("former");
    replace(first, nextAuthority.issue("first"), authority, nextAuthority);
    assertCommunicate(first, second);
    assertCommunicate(
        first, join(first, "third", authority.issue("third"), authority, nextAuthority));
    replace(second, nextAuthority.issue("second"), nextAuthority);
    replace(first, nextAuthority.issue("first"), nextAuthority);

    assertRejected(first, former, "certificate");
    var fourth = join(first, "fourth", nextAuthority.issue("fourth"), nextAuthority);
    assertCommunicate(first, fourth);
    assertCommunicate(second, fourth);
    assertThat(first.node.memberCount()).isEqualTo(4);
  }

  private Member join(Member seed, String name, CertificateKeyPair pair, TestAuthority... trusted)
      throws Exception {
    return start(name, ClusterTestbed.addressOf(seed.node), pair, trusted);
  }

  private Member start(String name, CertificateKeyPair pair, TestAuthority... trusted)
      throws Exception {
    return start(name, "", pair, trusted);
  }

  private Member start(String name, String seed, CertificateKeyPair pair, TestAuthority... trusted)
      throws Exception {
    var directory = TestAuthority.write(folder.resolve(name), pair, trusted);
    var bus = testbed.reserveAddress();
    var node =
        testbed.startNode(
            "cluster.join",
            seed,
            "cluster.listen",
            "127.0.0.1:0",
            "cluster.bus_listen",
            bus,
            "cluster.tls.cert",
            directory.resolve("cert.pem").toString(),
            "cluster.tls.key",
            directory.resolve("key.pem").toString(),
            "cluster.tls.ca",
            directory.resolve("ca.pem").toString());
    var echo =
        node.vertx().eventBus().consumer(ECHO + name, message -> message.reply(message.body()));
    ClusterTestbed.awaitResult(echo.completion());
    return new Member(name, node, HostPort.parse(bus).orElseThrow());
  }

  /** Replaces the files of the member and waits until new connections get the certificate. */
  private void replace(Member member, CertificateKeyPair pair, TestAuthority... trusted)
      throws Exception {
    TestAuthority.write(folder.resolve(member.name), pair, trusted);
    testbed.await("new certificate", () -> presentedCertificate(member).equals(pair.certificate()));
  }

  /** TLS 1.3: the member presents its certificate before it sees that of the client. */
  private static Certificate presentedCertificate(Member member) {
    try (var socket = connect(member, TestAuthority.selfSigned())) {
      return socket.getSession().getPeerCertificates()[0];
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRejected(Member member, CertificateKeyPair pair, String reason)
      throws Exception {
    var before = testbed.rejections(member.node, "bus", reason);
    try (var socket = connect(member, pair)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SSLException alert) {
      assertThat(alert).hasMessageContaining("alert");
    }
    testbed.await("reason", () -> testbed.rejections(member.node, "bus", reason) == before + 1);
  }

  private static SSLSocket connect(Member member, CertificateKeyPair pair)
      throws IOException, GeneralSecurityException {
    var password = new char[0];
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    store.setKeyEntry("node", pair.key(), password, pair.chain().toArray(Certificate[]::new));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(
        keys.getKeyManagers(), InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(member.bus.host(), member.bus.port());
    socket.setSoTimeout((int) ClusterTestbed.TIMEOUT.toMillis());
    socket.startHandshake();
    return socket;
  }

  private void assertCommunicate(Member one, Member other) {
    for (var pair : List.of(List.of(one, other), List.of(other, one))) {
      var request = pair.get(0).node.vertx().eventBus().request(ECHO + pair.get(1).name, "hello");
      assertThat(ClusterTestbed.awaitResult(request).body()).isEqualTo("hello");
    }
  }

  private record Member(String name, ClusterNode node, HostPort bus) {}
}
