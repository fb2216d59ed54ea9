package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.TestAuthority;
import io.muster.runtime.tls.TlsException;
import io.muster.runtime.tls.WatchedIdentity;
import io.muster.schema.frame.LogCapture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusCertificateFilesTest {
  @TempDir private Path folder;

  private final Instant now = InstantSource.system().instant();
  private final LogCapture log = LogCapture.start(WatchedIdentity.class.getName());
  private TestAuthority authority;
  private CertificateKeyPair node;

  @BeforeEach
  void issue() throws Exception {
    authority = new TestAuthority("one");
    node = authority.issue("gpu-01");
    TestAuthority.write(folder, node, authority);
  }

  @AfterEach
  void stopLog() {
    log.close();
  }

  @Test
  void from_allThreeSettings_areAbsolutePaths() {
    var reader =
        reader(
            "cluster.tls.cert", "c.pem", "cluster.tls.key", "/k.pem", "cluster.tls.ca", "/a.pem");

    assertThat(BusCertificateFiles.from(reader))
        .contains(
            new BusCertificateFiles(
                Path.of("c.pem").toAbsolutePath(), Path.of("/k.pem"), Path.of("/a.pem")));
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster.tls.cert", "cluster.tls.key", "cluster.tls.ca"})
  void from_oneSetting_isAProblem(String key) {
    var reader = reader(key, "/file");

    assertThat(BusCertificateFiles.from(reader)).isEmpty();
    assertThat(reader.problems())
        .singleElement()
        .asString()
        .startsWith(key)
        .endsWith(": set cluster.tls.cert, cluster.tls.key and cluster.tls.ca, or none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cert", "key", "ca"})
  void open_missingOrBrokenFile_namesSettingFileAndReason(String name) throws Exception {
    var file = folder.resolve(name + ".pem");
    Files.writeString(file, "nonsense");
    assertProblem("cluster.tls." + name + " " + file + " ");

    Files.writeString(file, "");
    assertProblem("cluster.tls." + name + " " + file + " ");

    Files.delete(file);
    assertProblem("cluster.tls." + name + " " + file + " does not exist");

    Files.createDirectory(file);
    assertProblem("cluster.tls." + name + " " + file + " cannot be read: ");
  }

  @Test
  void open_keyOfAnotherCertificate_isRejected() throws Exception {
    Files.writeString(folder.resolve("key.pem"), authority.issue("other").keyPem());

    assertProblem(
        "cluster.tls.key "
            + folder.resolve("key.pem")
            + " does not belong to cluster.tls.cert "
            + folder.resolve("cert.pem"));
  }

  @Test
  void open_expiredOrFutureCertificate_isRejected() throws Exception {
    write(authority.issue("old", CertificateUse.NODE, now.minus(Duration.ofDays(101))));
    assertProblem("cluster.tls.cert " + folder.resolve("cert.pem") + " has expired at ");

    write(authority.issue("new", CertificateUse.NODE, now.plus(Duration.ofDays(1))));
    assertProblem("cluster.tls.cert " + folder.resolve("cert.pem") + " is not valid before ");
  }

  @Test
  void open_certificateThatOtherMembersReject_isRejected() throws Exception {
    var start = "cluster.tls.cert " + folder.resolve("cert.pem") + " is not trusted by ";
    write(new TestAuthority("one").issue("gpu-01"));
    assertProblem(start + "cluster.tls.ca " + folder.resolve("ca.pem") + ": ");

    write(TestAuthority.selfSigned());
    assertProblem(start);

    write(authority.issue("server", CertificateUse.SERVER, now));
    assertProblem(start);
  }

  @Test
  void open_certificateThatExpiresSoon_warns() throws Exception {
    var file = folder.resolve("cert.pem").toString();
    open(now.plus(Duration.ofDays(69)));
    assertThat(log.lines()).isEmpty();

    open(now.plus(Duration.ofDays(71)));

    assertThat(log.lines()).singleElement().asString().contains("expires soon", file);
  }

  @Test
  void reload_changedFiles_areUsedWhenTheyNoLongerChange() throws Exception {
    var certificates = open(now);
    var first = certificates.get();
    var second = authority.issue("gpu-01");
    Files.writeString(folder.resolve("cert.pem"), second.certificatePem());

    certificates.reload();
    Files.writeString(folder.resolve("key.pem"), second.keyPem());
    certificates.reload();
    assertThat(certificates.get()).as("the files have just changed").isSameAs(first);
    certificates.reload();
    var changed = certificates.get();
    certificates.reload();

    assertThat(changed).isNotSameAs(first).isSameAs(certificates.get());
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("certificate files have changed and are in use", "cert.pem");
  }

  @Test
  void reload_brokenFiles_keepsTheIdentityAndLogsOnce() throws Exception {
    var certificates = open(now);
    var first = certificates.get();

    Files.writeString(folder.resolve("key.pem"), authority.issue("other").keyPem());
    for (var i = 0; i < 5; i++) {
      certificates.reload();
    }
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("stay in use", "cluster.tls.key", "does not belong to");

    Files.delete(folder.resolve("ca.pem"));
    certificates.reload();
    certificates.reload();
    assertThat(log.lines()).hasSize(2).last().asString().contains("ca.pem does not exist");
    assertThat(certificates.get()).isSameAs(first);

    write(authority.issue("gpu-01"));
    certificates.reload();
    certificates.reload();
    assertThat(log.lines()).hasSize(3).last().asString().contains("are in use");
    assertThat(certificates.get()).isNotSameAs(first);
  }

  private void write(CertificateKeyPair pair) throws Exception {
    TestAuthority.write(folder, pair, authority);
  }

  private WatchedIdentity<BusIdentity> open(Instant time) throws TlsException {
    var files =
        new BusCertificateFiles(
            folder.resolve("cert.pem"), folder.resolve("key.pem"), folder.resolve("ca.pem"));
    return WatchedIdentity.open(files, InstantSource.fixed(time));
  }

  private void assertProblem(String start) {
    assertThatThrownBy(() -> open(now))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith(start)
        .hasMessageNotContaining("\n");
  }

  private static ConfigReader reader(String... pairs) {
    var settings = new HashMap<String, String>();
    for (var i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return new ConfigReader(SettingSources.of(settings));
  }
}
