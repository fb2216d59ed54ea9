/**
 * The REST doors, in the envelope of gpuf-s.
 *
 * <p>May import: schema, bus, api.http.
 */
@NullMarked
package io.muster.api.rest;

import org.jspecify.annotations.NullMarked;
