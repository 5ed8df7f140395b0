"""Losses of pythae as subjects, each as its documentation has it.

    deno task verify --command "python3 properties/packages/pythae_losses.py vae"

vae, vae-bce, beta-vae: the losses. rae-gp: its gradient penalty as a penalty on the Jacobian of the decoder, which it is
named for; summed-outputs: the same as what it computes.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from grae_subject import decoder, offers, serve, with_gradient
from pythae.models import RAE_GP, VAE, BetaVAE, BetaVAEConfig, RAE_GP_Config, VAEConfig

which = sys.argv[1]
size = {"input_dim": (1,), "latent_dim": 1}

if which in ("vae", "vae-bce", "beta-vae"):
    bce = which == "vae-bce"
    reconstruction = "bce" if bce else "mse"
    model = (
        BetaVAE(BetaVAEConfig(**size))
        if which == "beta-vae"
        else VAE(VAEConfig(reconstruction_loss=reconstruction, **size))
    )

    @offers("vaeLoss")
    @with_gradient
    def vae_loss(x, decoded, mean, log_variance, beta):
        model.beta = beta
        return model.loss_function(decoded, x, mean, log_variance, None)[0]

    convention = {"reconstruction": "bce" if bce else "half-mse"}
    if which != "beta-vae":
        convention["beta"] = 1.0
    declared = {"loss_convention": convention}
else:
    model = RAE_GP(RAE_GP_Config(**size))

    @offers("regulariser")
    def regulariser(network, z, beta):
        z.requires_grad_()
        return model._compute_gp(decoder(network)(z), z).mean()

    declared = {"penalty": {"kind": "jacobian-norm" if which == "rae-gp" else "summed-outputs"}}

serve(f"pythae 0.1.2, {which}", arrays="torch", **declared)
