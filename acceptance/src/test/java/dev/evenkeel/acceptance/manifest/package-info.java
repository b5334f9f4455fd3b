/**
 * The Kubernetes manifests in {@code k8s/}, built by the real {@code kubectl kustomize} and read as the cluster would.
 * Start at {@link dev.evenkeel.acceptance.manifest.ManifestsTest}. {@link dev.evenkeel.acceptance.manifest.Schemas}
 * finds what is misspelt or of the wrong type, {@link dev.evenkeel.acceptance.manifest.Rules} what no schema can say. A
 * new rule is a method in the class of its subject, a line in {@code Rules}, and a row in {@link
 * dev.evenkeel.acceptance.manifest.ManifestMutantsTest} that shows that it bites.
 */
@NullMarked
package dev.evenkeel.acceptance.manifest;

import org.jspecify.annotations.NullMarked;
