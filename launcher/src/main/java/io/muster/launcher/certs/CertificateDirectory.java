package io.muster.launcher.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
import io.muster.runtime.tls.TlsException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory for new files, none of which is ever replaced; created with mode 0700. */
record CertificateDirectory(Path path) {
  static final String AUTHORITY = "ca.pem";
  static final String AUTHORITY_KEY = "ca.key";
  static final String CERTIFICATE = "cert.pem";
  static final String KEY = "key.pem";

  /** Fails if one of the files exists; creates the directory if it does not. */
  static CertificateDirectory prepare(Path path, String... files) throws IOException, TlsException {
    for (var file : files) {
      if (Files.exists(path.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
        throw alreadyExists(path.resolve(file));
      }
    }
    PrivateDirectory.create(path);
    return new CertificateDirectory(path);
  }

  /** Writes a file of mode 0600. */
  Path writeKey(String file, String pem) throws IOException, TlsException {
    var target = path.resolve(file);
    try {
      PrivateFile.write(target, pem.getBytes(US_ASCII), CREATE_NEW, WRITE, SYNC);
      return target;
    } catch (FileAlreadyExistsException e) {
      throw alreadyExists(target);
    }
  }

  /** Writes a file of mode 0644. */
  Path writeCertificate(String file, String pem) throws IOException, TlsException {
    var target = writeKey(file, pem);
    return Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static TlsException alreadyExists(Path file) {
    return new TlsException(file + " already exists, and is not replaced");
  }
}
