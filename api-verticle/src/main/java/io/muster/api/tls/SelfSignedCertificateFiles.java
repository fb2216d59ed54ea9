package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.PemFiles;
import io.muster.runtime.tls.SubjectNames;
import io.muster.runtime.tls.TlsException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A self-signed certificate and its key in a directory that only its owner may enter. They are
 * generated once, in a temporary directory next to it, which is then renamed: of several concurrent
 * processes one wins, and all use its files.
 */
final class SelfSignedCertificateFiles {
  private static final Logger log = LoggerFactory.getLogger(SelfSignedCertificateFiles.class);
  private static final String CERTIFICATE = "cert.pem";
  private static final String KEY = "key.pem";
  private static final Duration VALIDITY = Duration.ofDays(3652);

  private final Path directory;
  private final PemFiles files;

  SelfSignedCertificateFiles(Path directory) {
    this.directory = directory;
    this.files = new PemFiles(directory.resolve(CERTIFICATE), directory.resolve(KEY));
  }

  /**
   * Returns the two files, and generates them if neither exists; fails if only one exists, and
   * leaves it unchanged.
   */
  PemFiles ensureFiles(SubjectNames names, Instant now)
      throws IOException, GeneralSecurityException, TlsException {
    if (!hasFiles()) {
      generate(names, now);
    }
    PrivateDirectory.createOrRestrict(directory);
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-------"));
    return files;
  }

  private boolean hasFiles() throws TlsException {
    var hasKey = Files.exists(files.key());
    var hasCertificate = Files.exists(files.certificate());
    if (hasKey != hasCertificate) {
      throw new TlsException((hasKey ? files.certificate() : files.key()) + " is missing");
    }
    return hasKey;
  }

  private void generate(SubjectNames names, Instant now)
      throws IOException, GeneralSecurityException, TlsException {
    var parent = requireNonNull(directory.toAbsolutePath().getParent());
    PrivateDirectory.create(parent);
    var tempDirectory =
        Files.createTempDirectory(
            parent,
            ".tls",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      var pair =
          CertificateRequest.of(
                  CertificateUse.SERVER, names.commonName(), names.all(), now, VALIDITY)
              .selfSign();
      write(tempDirectory.resolve(KEY), pair.keyPem());
      write(tempDirectory.resolve(CERTIFICATE), pair.certificatePem());
      Files.move(tempDirectory, directory, ATOMIC_MOVE);
      log.info("tls certificate generated directory={} names={}", directory, names.all());
    } catch (FileSystemException e) {
      if (!hasFiles()) { // Otherwise another process was first.
        throw e;
      }
    } finally {
      deleteTempFiles(tempDirectory);
    }
  }

  private static void write(Path file, String text) throws IOException {
    PrivateFile.write(file, text.getBytes(US_ASCII), CREATE_NEW, WRITE, SYNC);
  }

  /** Deletes nothing if the temporary directory was renamed. */
  private static void deleteTempFiles(Path tempDirectory) throws IOException {
    Files.deleteIfExists(tempDirectory.resolve(KEY));
    Files.deleteIfExists(tempDirectory.resolve(CERTIFICATE));
    Files.deleteIfExists(tempDirectory);
  }
}
