package io.muster.runtime.tls;

import java.nio.file.Path;

/**
 * The files of a certificate and its key.
 *
 * @param certificate the certificate, followed by those that sign it
 * @param key its private key, unencrypted PKCS#8
 */
public record PemFiles(Path certificate, Path key) {}
