"""What RE2 takes each Unicode class to be, and which characters `(?i)` treats as one.

Written by tests/laws/regular/unicode_from_re2.py out of google-re2; do not edit.
Ranges: base-36 words `gap` or `gap+more`, the gap counted from the end of the range before.
Orbits: base-36 code points joined by commas.
"""

from typing import Final

CATEGORIES: Final = {
    "Cc": "0+v 2o+w",
    "Cf": "4t 11v+5 n 5d 1e ap+1 29 2zw 1kt+4 r+4 1e+4 2+9 17yo 6y+2 3b6 g 6zn+f qxt+3 440+7 h407 v+2n",
    "Co": "188w+4xr jpc1+1ekd 3+1ekd",
    "Ll": (
        "2p+p 1n 16+n 2+7 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2+1 2 2 2 2 2 2 2 2+1 2 2 2"
        " 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 3 2 2+2 3 2 3 4+1 5 3 4+2 3 3 2 2 3 2+1 2 3 4 2 3+1 3+2 7"
        " 3 3 2 2 2 2 2 2 2 2+1 2 2 2 2 2 2 2 2 2+1 3 2 4 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2"
        " 2 2 2 2+6 3 3+1 2 5 2 2 2 2+1w 2+q 5e 2 4 4+2 j s+y 2+1 4+2 2 2 2 2 2 2 2 2 2 2 2 2+4 2 3 3+1 "
        "1g+1b 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 a 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 3 2 "
        "2 2 2 2 2+1 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 1d+14 288+16 3+2 l5+5 1oj+8 3c+17 1s+c 2+x 2v 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2+8 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2+8 9+5 b+7 9+7 9+5 b+7 9+7 9+d 3+7 9+7 9+7 9+4 2+1 7 4+2 2+1 9+3 3+1 9+7 b+2 2+1 7n 4+1 4"
        " s 5 5 3+1 9+3 5 1i 23w+1b 2 4+1 2 2 2 5 2+1 2+5 6 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2"
        " 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2+1 8 2 5 d+11 2 6 nx0 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 2 2 2 2 k 2 2 2 2 2 2 2 2 2 2 2 2 2 3s 2 2 2 2 2 2+2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2"
        " 2 2 2 2 2 2 2 2 2 2 2 2 2 2+7 2 2 3 2 2 2 2 5 2 3 2+2 2 2 2 2 2 2 2 2 2 2 6 6 2 2 2 2 2 2 2 5 2 7"
        " 2 2 2 2 t 4 mu+16 6+8 8+27 fnl+6 d+4 tm+p y6+13 3t+z 4c+a 2+e 2+6 2+1 1dw+1e 2by+v gw1+v k2j+p "
        "r+6 2+h r+p r+3 2 2+6 2+a r+p r+p r+p r+p r+p r+p r+p r+p r+r t+o 2+5 r+o 2+5 r+o 2+5 r+o 2+5 r+o "
        "2+5 2 1f9+9 2+j 7+5 1yw+x"
    ),
    "Lm": (
        "j4+h 5+b f+4 8 2 3q 6 db 6f 4l+1 7i+1 5 w a 4 4h 4o yd 3k fq 1cr 30 h0 cx+5 4v+1q e z+10 j6 e h+c "
        "2cg+1 6q 5c d2 18+4 6 2q+1 2m+2 lxz yr+5 7j 37 t+1 3e+8 29 o 2y+2 4+1 d2 n 3u 31 m+1 2w+3 a glj "
        "1a+1 1k1+5 2+15 2+8 jnq+3 uo+c 1t+1 2 cnh+3 2+6 2+1 9iq+1p 5m+6 q6 v4"
    ),
    "Lo": (
        "4q g 75 5+3 5t n0+q 5+3 1a+v 2+9 10+1 2+2q 2 p+1 b+2 3 h 2+t u+2g c p+w m+l 17+o 8+a 6+n 2+5 i+14 "
        "1o+1h 4 j 8+9 h+e 5+7 3+1 3+l 2+6 2 4+3 4 h e+1 2+2 f+1 b 9+5 5+1 3+l 2+6 2+1 2+1 2+1 w+3 2 k+2 "
        "h+8 2+2 2+l 2+6 2+1 2+4 4 j g+1 o c+7 3+1 3+l 2+6 2+1 2+4 4 v+1 2+2 g i 2+5 4+2 2+3 4+1 2 2+1 4+1 "
        "4+2 4+b n 1h+7 2+2 2+m 2+f 4 r+2 3 3+1 v 5+7 2+2 2+m 2+9 2+4 4 w+1 2+1 g+1 i+8 2+2 2+14 3 h 6+2 "
        "9+2 p+5 6+h 4+n 2+8 2 3+6 1n+1b 2+1 d+5 1o+1 2 2+4 2+n 2 2+9 2+1 a 3+4 o+3 x 1s+7 2+z s+4 38+16 l "
        "h+5 5+3 4 4+1 8+2 5+c d 36+94 2+3 3+6 2 2+3 3+14 2+3 3+w 2+3 3+6 2 2+3 3+e 2+1k 2+3 3+1u 12+f "
        "36+h7 3+g 2+p 6+22 7+7 8+h e+i f+h f+c 2+2 g+1f 15 1w+y 2+1g 8+4 3+x 2 6+1x b+u 1e+t 3+4 c+17 5+p "
        "1j+m a+1g 4x+1a i+7 1j+t e+1 b+17 r+z 16+2 b+t 36+3 2+5 2+1 4 u3+3 2d4+1j p+m a+6 2+6 2+6 2+6 2+6 "
        "2+6 2+6 2+6 fc 1i 5+2d 9 2+2h 5 6+16 2+2l i+v 1d+f e9+533 1t+g7o 2+vq 1w+13 9+7f 5+f b+1 1v 1e+1x "
        "4q 2w 4+6 2+2 2+3 2+m u+1f f+1d 1r+5 4 2+1 c+r b+m q+s 8+1a 1a+4 3+8 b+4 2+14 o+2 2+7 l+f 2+5 4 "
        "4+1d 2 4+1 3+4 3 2 p+1 4+a 8 f+5 3+5 3+5 a+6 2+6 42+y u+8mb d+m 5+1c 6it+a5 3+2x 1w 2+9 2+c 2+4 2 "
        "2+1 2+1 2+2z y+a2 j+1r 3+1h 15+b 39+4 2+3q 2y+9 2+18 3+u 4+5 3+5 3+5 3+2 10+b 2+p 2+i 2+1 2+e 3+d "
        "z+3e au+s 4+1c 1c+v e+j 2+7 7+11 b+t 3+z 5+7 3l+25 2r+13 9+1f 4d+8m a+l b+7 49+5 3 2+17 2+1 4 3+m "
        "b+m a+u 1u+i 2+1 b+l b+p 1z+1j 7+1 1t g+3 2+2 2+s 17+s 4+s 10+7 2+r s+1h b+l b+i e+h 33+20 54+z "
        "9p+15 7+1 27+s b 9+l 17+h 1b+k s+m d+1g 1m+1 3 e+18 x+o r+z u 3 9+y 4 d+1b f+3 m 2 10+h 2+o k+1 "
        "1s+6 2 2+3 2+e 2+9 8+1a 13+7 3+1 3+l 2+6 2+1 2+4 4 j d+4 4f+1g j+3 l+2 v+1b l+1 2 55+1a 16+3 11+1b"
        " l 1o+16 e 20+q 12+6 56+17 5w+7 3 3+7 2+1 2+n g 2 2n+7 3+12 h 2 t b+13 8 m c+19 k j+20 7c+8 2+10 i"
        " 1e+t 35+6 2+1 2+11 m q+5 2+1 2+v f 94+i g 2+c 2+x 3h 28+pl 6f+5f 219+2o g+tr i+5 33u+g6 6nu+fs "
        "8+u i+26 i+t j+1b 1g+k 6+i oh+22 6 4w+4qf 9+yd 17+8 6wo+82 g u+2 3 f+3 9+az 1s5+2y 6+c 4+8 8+9 6sx"
        " dy+18 y 8y+t j+17 dh+q l2+6 2+3 2+1 2+e 2+5g 118+3 2+q 2+1 2 3 2+9 2+3 2 2 7 5 2 2 2+2 2+1 2 3 2 "
        "2 2 2 2+1 2 3+3 2+6 2+3 2+3 2 2+9 2+g 6+2 2+4 2+g 3et+wyn x+37d 7+65 3+4g1 f+5rk g+h9 1wj+f1 "
        "15v+3t6 6+38f"
    ),
    "Lt": "cl 3 3 13 5ue+7 9+7 9+7 d g 1c",
    "Lu": (
        "1t+p 2u+m 2+6 y 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 3 2 2 2 2 2 2 2 3 2 2 2 2 2 "
        "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2+1 2 2 4+1 2 2+1 2+2 3+3 2+1 2+2 4+1 2+1 2 2 2+1 2 3 2+1 2+2 2 "
        "2+1 4 8 3 3 3 2 2 2 2 2 2 2 3 2 2 2 2 2 2 2 2 3 3 2+2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 2 2 8+1 2+1 3 2+3 2 2 2 2 82 2 4 9 7 2+2 2 2+1 2+g 2+8 10 3+2 4 2 2 2 2 2 2 2 2 2 2 2 6 "
        "3 2+1 3+1e 1d 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 a 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2+1 2 2 2 2 2 2 3 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 2 2 2 3+11 28a+11 2 6 k3+2d 1p7+16 3+2 8x 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 a 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 "
        "2 2 a+7 9+5 b+7 9+7 9+5 c 2 2 2 9+7 21+3 d+3 d+3 d+4 c+3 7b 5 4+2 3+2 3 4+4 7 2 2 2+3 3+3 b+1 6 1q"
        " 22l+1b 1d 2+2 3 2 2 2+3 2 3 9+2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2"
        " 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 9 2 5 nym 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 k 2 2 2 2 2"
        " 2 2 2 2 2 2 2 2 3s 2 2 2 2 2 2 4 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 b 2 "
        "2+1 2 2 2 2 5 2 3 2 4 2 2 2 2 2 2 2 2 2 2+4 2+4 2 2 2 2 2 2 2 2+3 2 7 6 2 t h7w+p xy+13 3t+z 4d+a "
        "2+e 2+6 2+1 1d7+1e 2cu+v gw1+v k2p+p r+p r+p r 2+1 3 3+1 3+3 2+7 r+p r+1 2+3 3+7 2+6 s+1 2+3 2+4 2"
        " 4+6 s+p r+p r+p r+p r+p r+p v+o y+o y+o y+o y+o y 3ee+x"
    ),
    "Mc": (
        "1s3 1k 3+2 9+3 2+1 1f+1 1n+2 7+1 3+1 b 18 1n+2 1v 1n+2 9 2+1 1i+1 1n 2 7+1 3+1 b 2v+1 2+1 4+2 2+2 "
        "b 16+2 1q+3 1q+1 1n 2+4 3+1 2+1 a+1 t f+1 1n+2 6+2 2+2 b 17+1 24+2 7+7 j+1 97+1 1s 4s+1 5 7 3+1 "
        "q+1 b+2 3+6 m+1 3+5 3 b+2 1a1 v 3m 8+7 2+1 9n+3 3+2 5+1 2+5 69+1 1n 2 a 2+1 9+5 42 1d 6 2+4 2+1 1q"
        " v 5+1 3 1p 3+2 2 4+1 1d+7 9+1 4s m 3sn+1 np0+1 3 2h+1 1f+f 3z+1 1c 1d+1 5+1 3+2 33+1 3+1 p 1a 2 "
        "32 3+1 6 6m+1 2+1 2+1 2 jro 2 3k 1a+2 5+1 38 p+1 1o 1d+2 a+1 e 2m+2 4+1 2 4r+2 w+1 1n+1 2+3 3+1 "
        "3+2 a b+1 5u+2 9+1 4 2z+2 7 2+3 3 6m+2 7+3 3 36+2 9+1 2 32 2+1 7 2y+1 5 7a+2 a 6w+5 2+1 5 3 2 3z+2"
        " 9+3 5 2d u+1 1r bc f 2z 8 3 5y+4 5+1 2 9r+1 d 1d+1 9+1 2 ftc+1i 2x+1 j90+1 7+5"
    ),
    "Me": "w8+1 4dx 17j+3 2+2 qdo+2",
    "Mn": (
        "lc+33 7o+4 7e+18 2 2+1 2+1 2 21+a 1d+k h 2u+6 3+5 3+1 2+3 10 v+q 2k+a 1n+8 a p+3 2+8 2+2 2+4 18+2 "
        "1p+7 17+n 2+v 1k 2 5+7 5 4+6 b+1 u 1n 5+3 9 l+1 r 3+1 1m 5+1 5+1 3+2 4 v+1 4 c+1 1m 5+4 2+1 5 l+1 "
        "n+5 2 1n 3 2+3 9 8+1 c+1 v 1q d 1f 4 1k 2+2 6+2 2+3 8+1 c+1 u 1n 3 7 6+1 l+1 t+1 1m+1 5+3 9 l+1 u "
        "21 8+2 2 2j 3+6 d+7 2r 3+8 c+6 22+1 s 2 2 1k+d 2+4 2+1 6+a 2+z a 2v+3 2+5 2+1 3+1 q+1 5+2 h+3 e "
        "3+1 7 g jk+2 qb+2 u+1 v+1 v+1 1t+1 2+6 9 3+a a 1a+2 2 3a+1 z 3b+2 5+1 a 7+2 64+1 3 1n 2+6 2 2 3+7 "
        "7+9 3 1d+d 2+f 1e+3 1d 2+4 2 6 15+8 d+1 x+3 3+1 2+2 1l 2+1 4 2+2 1n+7 3+1 49+2 2+c 2+6 5 7 4+1 "
        "5j+1r k1+c 5 4+b 2db+2 3y 2p+v ff+3 30+1 n9x 5+9 x+1 29+1 7l 4 5 q+1 6 48+1 r+h e 13+7 q+a 1b+2 1d"
        " 3+3 3+1 14 1w+5 3+1 3+1 d 9 1c 1g 2+2 3+1 6+1 2 17+1 9 6n 3 5 fn5 ki+f h+f r2 6b 46+4 1af+2 2+1 "
        "6+3 15+2 5 4m+1 fy+3 as+1 29+2 1z+a 1e+3 3g 1j+e 16 3+1 b+2 1e+3 3+1 8 1q+2 11+4 2+7 1r d+1 1h+8 "
        "b+3 3 2o+2 3 2+1 7 3 4e 4+7 m+1 1m+1 4 12+6 4+4 5g+7 3+2 2 o 2d+5 2 5+1 2+1 6n+3 7+1 2+1 s+1 2e+7 "
        "3 2+1 2z 2 3+5 2 2u+2 3+3 2+4 78+8 2+1 75+1 2 5 41+3 3+1 5 x+9 15+5 3+3 9 a+5 3+2 1b+c 2+1 bb+6 "
        "2+5 2 2b+l 3+6 2+1 2+1 3f+5 4 2+1 2+6 2 21+1 4 2 9o+1 c+1 1h+4 6 2 45a 7+e asb+4 1o+6 t5 1s+3 2a "
        "f5l+1 3mq+19 3+m f5+2 i+7 3+6 v+3 45+2 1j0+1i 5+1d 9 f n+4 2+e 11t+6 2+g 3+6 2+1 2+4 2t 4h+6 ag "
        "1q+3 e5+3 rl+6 32+6 gzhy+6n"
    ),
    "Nd": (
        "1c+9 17r+9 3r+9 5j+9 bh+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 3b+9 2p+9 3b+9 1z+9 7r+9 1z+9 "
        "1fr+9 13+9 8d+9 3l+9 4n+9 7+9 53+9 2f+9 3r+9 7+9 r7r+9 iv+9 13+9 5j+9 n+9 2f+9 bb+9 gev+9 13b+9 "
        "1on+9 ml+9 3l+9 1p+9 41+9 7r+9 9j+9 3b+9 af+9 2v+9 2v+9 br+9 2v+9 l3+9 6v+9 1z+9 br+9 etj+9 2f+9 "
        "3r+9 lf9+1d 1tt+9 br+9 dz+9 uv+9 3o7+9"
    ),
    "Nl": "4j2+2 228+y 3+3 2v3 q+8 f+2 nfw+9 hu9+1g ct 9 3r+4 6cr+32",
    "No": (
        "4y+1 6 3+2 1ti+5 ah+5 3d+2 3q+6 62+6 i+8 c2+9 ty+j vo+9 dd 1au 4+5 7+9 5j+f 16 k7+1n 27+l hj+t 12i"
        " wl+3 3v+9 v+7 2+e x+9 14+e n75+5 hjm+18 1u+3 i+1 9i+q 11+3 111+7 q+6 14+8 24+4 n+5 4h+1 3+f 3+19 "
        "1t+8 1h+1 v+2 24+4 2x+7 p+7 16+6 97+5 9t+u 4f+9 17+3 35+6 3r+j ak+j 11i+1 bz+8 o8+i no+k ex3+6 "
        "m7+m jsa+j d+j 31+o 47j+8 pu+1m 2+2 2+3 25+18 2+e qr+c"
    ),
    "Pc": "2n 6ao+1 k 17tr+1 p+2 6o",
    "Pd": "19 125 1g 2te sm 1l6+5 2rm 3 w+1 5 t cf k 34 14lt+1 12 b 4q 334",
    "Pe": (
        "15 1g w 2wu 2 1gf 1wq 1k g hn 2 v u7 2 2 2 2 2 2 29 x 2 2 2 2 b9 2 2 2 2 2 2 2 2 2 2 1t 2 y ti 2 2"
        " 2 19 2 2 2 bx 2 2 2 2 4 2 2 2 3+1 14in 62 u 2 2 2 2 2 2 2 4 i 2 2 4r 1g w 3 3"
    ),
    "Pf": "57 672 4 t 2q1 2 5 3 g 4",
    "Pi": "4r 67h 3+1 3 q 2q1 2 5 3 g 4",
    "Po": (
        "x+2 2+2 3 2 2+1 b+1 4+1 s 1x 6 f+1 8 jj 9 cz+5 16 1j 3 3 19+1 l+1 2+1 e 2+2 23+3 2v 18+d 6i+2 1j+e"
        " w 7a+1 b 3x 3d 3e av d a8 2j b+1 4p+e 2 35 23+4 5+1 34+5 4s h1+8 li 3h+2 20+1 4e+2 2+2 12+5 2+3 "
        "8q+1 61+1 3l+6 2+5 4t+6 t+1 3i+3 1o+4 1r+1 1t+7 c n7+1 9+7 9+8 3+3 3+2 4+a 2 2+9 2hn+3 2+1 35 40+1"
        " 5+2 3 3+8 2+1 2 3+1 b+4 2+9 3+3 2 2+c 3+2 bx+2 1m 5a mwz+1 7i+2 2s b 38+5 al+3 2f+1 15+2 2 1e+1 "
        "1c 2q+c h+1 3h+3 3j+1 h+1 6y g85+6 3 n l+1 3+3 4+2 2+3 8+2 7 2+1 46+2 2+2 3 2 2+1 b+1 4+1 s 11 3+1"
        " bf+2 il 1d bj ko 5k w 7l+8 13 35+6 1v+6 2i+3 qh+4 19+3 5a+6 32+1 2+3 3j+3 1d+1 28+3 5 e 2+2 2h+5 "
        "30 bm+4 b+1 2 2x 6z+m 2y+2 t+c 25 3n+2 71 7d+2 4c 2l+7 2c+2 2+4 2m+9 8o+4 17+1 hy+1 23+c 4w vl+4 "
        "29p+1 bjw+1 3q 1u+4 9 nn+3 94 f5p 5wo+4 2xf+1"
    ),
    "Ps": (
        "14 1f w 2wv 2 1gf 1vj 4 13 1k g hn 2 v u7 2 2 2 2 2 2 29 x 2 2 2 2 b9 2 2 2 2 2 2 2 2 2 2 1t 2 y "
        "ti 2 2 2 q j 2 2 2 bx 2 2 2 2 4 2 2 2 3 14iq 60 u 2 2 2 2 2 2 2 4 i 2 2 4r 1f w 4 3"
    ),
    "Sc": "10 3i+3 yy 3g dv+1 dv+1 8 6u 7c g6 1wc 1qd+w qrc gxw 31 4b 64+1 4+1 6bb+3 12jj 1wx",
    "Sk": (
        "2m 2 20 7 5 4 ei+3 d+d 6+6 2 2+g 3a f+1 zn 4l1 2+2 c+2 e+2 e+2 e+1 3a5+1 ndw+m a+1 2w+1 r5 f+1 "
        "fuv+g os 2 4j 1c7s+4"
    ),
    "Sm": (
        "17 h+2 1q 2 1a 5 12 w lb eo+2 56k e 14+2 e+2 3w 14+4 7 1x+4 6+1 5 3 3 8 w+1 3 2 w+7f x+1 2j v+o "
        "15+5 d2 a 1j+7 34 9d+4 3+u b+f 75+3m n+1q 5+v 3+75 1d+k 3+5 1525 mx 2+2 4l h+2 1q 2 3o 7+3 16fp q "
        "w q w q w q w q 4kt+1"
    ),
    "So": (
        "4m 3 5 2 r6 7f+1 3k+1 5r b k+1 6w ec ae 3n+5 2 3p 5s 16 aw+2 g 2+2 3+5 l 2 2 3q+7 2+5 2+1 6+3 5i+1"
        " kx+9 k4 k3 4e+x 9u+9 a+8 138+1 2+3 2+1 b 2+1 7+5 2 2 2 5 c+1 f 2+1 2 1n+1 a+4 3+3 2+1 2+1 2+6 2+u"
        " 3+1 2 2+u 7h+7 5+j 3+6 3+28 2+t q+13 7+1w q+a 2a+25 n+52 2+8 2+1h 9+32 2+6v 19+17 1t+73 e9+1b m+1"
        " 7+12 3+v 2+2w 6e+5 9y+1 1b+p 2+2g d+5x r+f 5 e+1 d m+1 7+1 9d+1 5+9 x+z c h+u c+t 9 g+v b+12 g+8v"
        " 535+1r h3l+1i o2+3 b+1 2 fy+2 gcn+f 3k 1a+2 dh 4 5+1 e+1 8q+8 1m+g 3+2 2+c 4 1c+18 1a3+1 gg 2gn "
        "1p2+7 5+g evf+3 6 g2f 3p0+37 1p+6t b+12 3+1n 6+2 n+1 8+t 5+1o m+1t 4 57+2e x6+e7 1k+3 1f+7 2+d 2+1"
        " 1c9 28t 3m k2+17 5+2r d+e 3+e 2+e 2+10 o+4g 1l+s e+17 5+8 8+1 f+5 4b+6y 6+k7 5+g 4+c 4+3a 5+2m "
        "7+b 5 g+b 5+1j 9+9 7+13 9+t 3+1 27+9f d+d 3+c 4+8 8+19 2+6 9+d 5+8 8+8 8+42 2+1i"
    ),
    "Zl": "6co",
    "Zp": "6cp",
    "Zs": "w 3k 4bk 1vk+a 11 1c 335",
}

SCRIPTS: Final = {
    "Adlam": "2olc+23 5+9 5+1",
    "Ahom": "1j40+q 3+e 5+m",
    "Anatolian_Hieroglyphs": "1s00+g6",
    "Arabic": (
        "16o+4 2+5 2+d 2+2 2+v 2+9 c+p 2+2z 2+x 29+1b 6p+u 2+1 7+21 2+s 1bv5+36 h+a2 3+27 3+1h 8 x+f 35+4 "
        "2+3q 31g+u 3j+2 181t+3 2+q 2+1 2 3 2+9 2+3 2 2 7 5 2 2 2+2 2+1 2 3 2 2 2 2 2+1 2 3+3 2+6 2+3 2+3 2"
        " 2+9 2+g 6+2 2+4 2+g 1h+1"
    ),
    "Armenian": "10x+11 3+1d 3+2 1chw+4",
    "Avestan": "1gqo+1h 4+6",
    "Balinese": "5c0+24 4+1a",
    "Bamum": "www+2f 124p+fs",
    "Bassa_Vah": "1zo0+t 3+5",
    "Batak": "5hc+1f 9+3",
    "Bengali": "1vk+3 2+7 3+1 3+l 2+6 2 4+3 3+8 3+1 3+3 9 5+1 2+4 3+o",
    "Bhaiksuki": "1k3k+8 2+18 2+d b+s",
    "Bopomofo": "kq+1 93u+16 35+v",
    "Brahmi": "1hq8+25 5+z a",
    "Braille": "7wg+73",
    "Buginese": "54w+r 3+1",
    "Buhid": "4lc+j",
    "Canadian_Aboriginal": "3y8+hr fl+1x 1ewr+f",
    "Carian": "1f34+1c",
    "Caucasian_Albanian": "1flc+1f c",
    "Chakma": "1hxc+1g 2+h",
    "Cham": "xkw+1i a+d 3+9 3+3",
    "Cherokee": "3vk+2d 3+5 twz+27",
    "Chorasmian": "1ho0+r",
    "Common": (
        "0+1s r+5 r+1a 2+e 2+4 o w ci+12 6+4 3+j 39 a 7 2 hq 7 f 4 x 4d ed 3m+1 yi ba+3 83 168+2 20+1 5o+1 "
        "2 y6 e 8+3 2+5 2+2 3 li+b 3+2e 2+a 4+a 2+e i+w 1s+11 2+2 3+5 2+q 2+g 16+2 5+ie q+a m+pr 75+hf 3+v "
        "2+2w e9+2l b7+k 2 2+o g+7 5+3 2k+1 4 2j+1 44+f x+z c 1d+1r w+28 1c 2h+4n 535+1r hkx+x 2v+2 4m+9 6t"
        " 4h b0 f+1 g5v+1 5t+9 n+y 2+i 2+3 44 2+v r+5 r+a b 1a+1 1t+6 2+6 b+4 77+2 5+18 4+8 29+c 1g+18 6d+q"
        " 10o5+3 3ot+37 1p+6t b+12 3+1p 4+g 9+1 8+t 5+1o 5y+j d+j d+2e a+o 3s+2c 2+1y 2+1 3 3+1 3+3 2+b 2 "
        "2+6 2+1s 2+3 3+7 2+6 2+r 2+3 2+4 2 4+6 2+9f 3+83 3+1d 41e+1v 25+1o jn+17 5+2r d+e 3+e 2+e 2+10 "
        "b+4t 1l+p 2+1 e+17 5+8 8+1 f+5 4b+rb 5+g 4+c 4+3a 5+2m 7+b 5 g+b 5+1j 9+9 7+13 9+t 3+1 27+9f d+d "
        "3+c 4+8 8+19 2+6 9+d 5+8 8+8 8+42 2+1i 12+9 gvm0 v+2n"
    ),
    "Coptic": "rm+d 80h+37 6+6",
    "Cuneiform": "1kw0+pl 2v+32 2+4 c+5f",
    "Cypriot": "1g5c+5 3 2+17 2+1 4 3",
    "Cypro_Minoan": "1nyo+2q",
    "Cyrillic": "sg+3o 3+4o 4lt+8 4j 25 38o+v nr5+2n han+1 18n5+1p y",
    "Deseret": "1fcw+27",
    "Devanagari": "1s0+28 5+e 3+p vhd+v mip+9",
    "Dives_Akuru": "1ji8+6 3 3+7 2+1 2+t 2+1 3+b a+9",
    "Dogra": "1jb4+1n",
    "Duployan": "2fpc+2y 6+c 4+8 8+9 3+3",
    "Egyptian_Hieroglyphs": "1o1s+ut",
    "Elbasan": "1fk0+13",
    "Elymaic": "1hpc+m",
    "Ethiopic": (
        "3k0+20 2+3 3+6 2 2+3 3+14 2+3 3+w 2+3 3+6 2 2+3 3+e 2+1k 2+3 3+1u 3+v 4+p 547+m a+6 2+6 2+6 2+6 "
        "2+6 2+6 2+6 2+6 opv+5 3+5 3+5 a+6 2+6 1qk2+6 2+3 2+1 2+e"
    ),
    "Georgian": "3a8+11 2 6 3+16 2+3 2a9+16 3+2 37l+11 2 6",
    "Glagolitic": "8ow+2n 2e1t+6 2+g 3+6 2+1 2+4",
    "Gothic": "1f74+q",
    "Grantha": "1ibk+3 2+7 3+1 3+l 2+6 2+1 2+4 3+8 3+1 3+2 3 7 6+6 3+6 4+4",
    "Greek": (
        "og+3 2+2 3+3 2 5 2 2+2 2 2+j 2+1q f+f 4yv+4 1f+4 5+4 2d 8x+l 3+5 3+11 3+5 3+7 2 2 2 2+u 3+1g 2+e "
        "2+d 3+5 2+i 3+2 2+8 88 rb3 gyj+26 i 155s+1x"
    ),
    "Gujarati": "22p+2 2+8 2+2 2+l 2+6 2+1 2+4 3+9 2+2 2+2 3 g+3 3+b 8+6",
    "Gunjala_Gondi": "1kdc+5 2+1 2+10 2+1 2+5 8+9",
    "Gurmukhi": "1z5+2 2+5 5+1 3+l 2+6 2+1 2+1 2+1 3 2+4 5+1 3+2 4 8+3 2 8+g",
    "Han": (
        "96o+p 2+2g d+5x 1c 2 q+8 f+3 qt+533 1t+g73 hkx+a5 3+2x n49+1 d+1 sgf+wyn x+37d 7+65 3+4g1 f+5rk "
        "g+h9 1wj+f1 15v+3t6 6+38f"
    ),
    "Hangul": "3cw+73 5yn+1 76+2l 36+u 1u+u nhe+s hw+8mb d+m 5+1c 7tx+u 4+5 3+5 3+5 3+2",
    "Hanifi_Rohingya": "1h4w+13 9+9",
    "Hanunoo": "4kg+k",
    "Hatran": "1gbk+i 2+1 6+4",
    "Hebrew": "13l+1i 9+q 5+5 1cfd+p 2+4 2 2+1 2+1 2+9",
    "Hiragana": "9j5+2d 7+2 23qa+7y j u+2 cry",
    "Imperial_Aramaic": "1g74+l 2+8",
    "Inherited": (
        "lc+33 7q+1 cl+a r kh+3 3fg+u ea+2 2+c 2+6 5 7 4+1 5j+1r el+1 5f+w 30a+3 30+1 14km+f h+d r4 6b 38b "
        "1139+19 3+m f5+2 i+7 3+6 v+3 h45v+6n"
    ),
    "Inscriptional_Pahlavi": "1gtc+i 6+7",
    "Inscriptional_Parthian": "1gsg+l 3+7",
    "Javanese": "xhc+25 3+9 5+1",
    "Kaithi": "1hts+1u b",
    "Kannada": "2gw+c 2+2 2+m 2+9 2+4 3+8 2+2 2+3 8+1 7+1 2+3 3+9 2+2",
    "Katakana": "9lt+2h 3+2 6p+f 5t+1a 2+2f 14b3+9 2+18 ytv+3 2+6 2+1 2 80+2 1f f+3",
    "Kawi": "1kow+g 2+14 4+r",
    "Kayah_Li": "xds+19 2",
    "Kharoshthi": "1gjk+3 2+1 6+7 2+2 2+s 3+2 5+9 8+8",
    "Khitan_Small_Script": "20o4 5cs+d1",
    "Khmer": "4n4+2l 3+9 7+9 dj+v",
    "Khojki": "1i4g+h 2+1a",
    "Khudawadi": "1i9c+1m 6+9",
    "Lao": "2v5+1 2 2+4 2+n 2 2+m 3+4 2 2+6 2+9 3+3",
    "Latin": (
        "1t+p 7+p 1c g 6+m 2+u 2+cg 14+4 55o+11 7+1c 6+3 6+c 2+1x 1u+73 aa e h+c 3y+1 7 s i+14 254+v o83+2t"
        " 4+1r 6+1 2 2+4 p+d mp+16 2+8 2+3 fpz+6 t7+p 7+p 1ly+5 2+15 2+8 16iu+u 7+5"
    ),
    "Lepcha": "5j4+1j 4+e 4+2",
    "Limbu": "4xs+u 2+b 5+b 5 4+b",
    "Linear_A": "1fr4+8m a+l b+7",
    "Linear_B": "1ekg+b 2+p 2+i 2+1 2+e 3+d z+3e",
    "Lisu": "wk0+1b o8h",
    "Lycian": "1f28+s",
    "Lydian": "1gdc+p 6",
    "Mahajani": "1hzk+12",
    "Makasar": "1ko0+o",
    "Malayalam": "2kg+c 2+2 2+1e 2+2 2+5 5+f 3+p",
    "Mandaic": "1mo+r 3",
    "Manichaean": "1gow+12 5+b",
    "Marchen": "1k6o+v 3+l 2+d",
    "Masaram_Gondi": "1kao+6 2+1 2+17 4 2+1 2+8 9+9",
    "Medefaidrin": "20cg+2i",
    "Meetei_Mayek": "xr4+m 5m+19 3+9",
    "Mende_Kikakui": "2oe8+5g 3+f",
    "Meroitic_Cursive": "1ggw+n 5+j 3+19",
    "Meroitic_Hieroglyphs": "1gg0+v",
    "Miao": "20hs+22 5+1k 8+g",
    "Modi": "1iww+1w c+9",
    "Mongolian": "4qo+1 3 2+j 7+2g 8+16 1e46+c",
    "Mro": "1zk0+u 2+9 5+1",
    "Multani": "1i80+6 2 2+3 2+e 2+a",
    "Myanmar": "35s+4f u9t+u 2q+v",
    "Nabataean": "1g8w+u 9+8",
    "Nag_Mundari": "2nrk+15",
    "Nandinagari": "1jmo+7 3+19 3+a",
    "New_Tai_Lue": "51c+17 5+p 7+a 4+1",
    "Newa": "1iio+2j 2+4",
    "Nko": "1j4+1m 3+2",
    "Nushu": "20o1 cy7+az",
    "Nyiakeng_Puachue_Hmong": "2n0g+18 4+d 3+9 5+1",
    "Ogham": "4g0+s",
    "Ol_Chiki": "5lc+1b",
    "Old_Hungarian": "1h1c+1e e+1e 8+5",
    "Old_Italic": "1f5s+z a+2",
    "Old_North_Arabian": "1gn4+v",
    "Old_Permic": "1f80+16",
    "Old_Persian": "1fa8+z 5+d",
    "Old_Sogdian": "1hj4+13",
    "Old_South_Arabian": "1gm8+v",
    "Old_Turkic": "1gxs+20",
    "Old_Uyghur": "1hm8+p",
    "Oriya": "269+2 2+7 3+1 3+l 2+6 2+1 2+4 3+8 3+1 3+2 8+2 5+1 2+4 3+h",
    "Osage": "1fhs+z 5+z",
    "Osmanya": "1fgg+t 3+9",
    "Pahawh_Hmong": "1zpc+1x b+9 2+6 2+k 6+i",
    "Palmyrene": "1g80+v",
    "Pau_Cin_Hau": "1juo+1k",
    "Phags_Pa": "x8g+1j",
    "Phoenician": "1gcg+r 4",
    "Psalter_Pahlavi": "1gu8+h 8+3 d+6",
    "Rejang": "xf4+z c",
    "Runic": "4gw+22 4+a",
    "Samaritan": "1kw+19 3+e",
    "Saurashtra": "xa8+1x 9+b",
    "Sharada": "1i0w+2n",
    "Shavian": "1ff4+1b",
    "Siddham": "1itc+1h 3+11",
    "SignWriting": "2l8g+i3 g+4 2+e",
    "Sinhala": "2o1+2 2+h 4+n 2+8 2 3+6 4 5+5 2 2+7 7+9 3+2 1fcd+j",
    "Sogdian": "1hkg+15",
    "Sora_Sompeng": "1hw0+o 8+9",
    "Soyombo": "1jrk+2a",
    "Sundanese": "5fk+1r 75+7",
    "Syloti_Nagri": "x6o+18",
    "Syriac": "1ds+d 2+1n 3+2 7l+a",
    "Tagalog": "4jk+l a",
    "Tagbanwa": "4m8+c 2+2 2+1",
    "Tai_Le": "500+t 3+4",
    "Tai_Tham": "55s+1q 2+s 3+a 7+9 7+d",
    "Tai_Viet": "xog+1u p+4",
    "Takri": "1j0g+1l 7+9",
    "Tamil": "29u+1 2+5 4+2 2+3 4+1 2 2+1 4+1 4+2 4+b 5+4 4+2 2+3 3 7 f+k 1ih2+1d e",
    "Tangsa": "1zlc+26 2+9",
    "Tangut": "20o0 w+4qf 9+lb e9+8",
    "Telugu": "2dc+c 2+2 2+m 2+f 3+8 2+2 2+3 8+1 2+2 3 3+3 3+9 8+8",
    "Thaana": "1hc+1d",
    "Thai": "2rl+1l 6+r",
    "Tibetan": "2yo+1z 2+z 5+12 2+z 2+e 2+6 5+1",
    "Tifinagh": "8xc+1j 8+1 f",
    "Tirhuta": "1im8+1z 9+9",
    "Toto": "2nbk+u",
    "Ugaritic": "1f9c+t 2",
    "Vai": "wlc+8b",
    "Vithkuqi": "1fn4+a 2+e 2+6 2+1 2+a 2+e 2+6 2+1",
    "Wancho": "2ncw+1l 6",
    "Warang_Citi": "1jfk+2a d",
    "Yezidi": "1hfk+15 2+2 3+1",
    "Yi": "vls+wc 4+1i",
    "Zanabazar_Square": "1jpc+1z",
}

ORBITS: Final = (
    "1t,2p 1u,2q 1v,2r 1w,2s 1x,2t 1y,2u 1z,2v 20,2w 21,2x 22,2y 23,2z,6ju 24,30 25,31 26,32 27,33 28,34 "
    "29,35 2a,36 2b,37,an 2c,38 2d,39 2e,3a 2f,3b 2g,3c 2h,3d 2i,3e 51,po,qk 5c,68 5d,69 5e,6a 5f,6b "
    "5g,6c 5h,6d,6jv 5i,6e 5j,6f 5k,6g 5l,6h 5m,6i 5n,6j 5o,6k 5p,6l 5q,6m 5r,6n 5s,6o 5t,6p 5u,6q 5v,6r "
    "5w,6s 5x,6t 5y,6u 60,6w 61,6x 62,6y 63,6z 64,70 65,71 66,72 67,61q 73,ag 74,75 76,77 78,79 7a,7b "
    "7c,7d 7e,7f 7g,7h 7i,7j 7k,7l 7m,7n 7o,7p 7q,7r 7s,7t 7u,7v 7w,7x 7y,7z 80,81 82,83 84,85 86,87 "
    "88,89 8a,8b 8c,8d 8e,8f 8i,8j 8k,8l 8m,8n 8p,8q 8r,8s 8t,8u 8v,8w 8x,8y 8z,90 91,92 93,94 96,97 "
    "98,99 9a,9b 9c,9d 9e,9f 9g,9h 9i,9j 9k,9l 9m,9n 9o,9p 9q,9r 9s,9t 9u,9v 9w,9x 9y,9z a0,a1 a2,a3 "
    "a4,a5 a6,a7 a8,a9 aa,ab ac,ad ae,af ah,ai aj,ak al,am ao,g3 ap,gj aq,ar as,at au,gk av,aw ax,gm "
    "ay,gn az,b0 b2,d9 b3,gp b4,gr b5,b6 b7,gw b8,gz b9,dy ba,h5 bb,h4 bc,bd be,fx bg,hb bh,he bi,f4 "
    "bj,hh bk,bl bm,bn bo,bp bq,hs br,bs bt,hv bw,bx by,i0 bz,c0 c1,i2 c2,i3 c3,c4 c5,c6 c7,ia c8,c9 "
    "cc,cd cf,dz ck,cl,cm cn,co,cp cq,cr,cs ct,cu cv,cw cx,cy cz,d0 d1,d2 d3,d4 d5,d6 d7,d8 da,db dc,dd "
    "de,df dg,dh di,dj dk,dl dm,dn do,dp dq,dr dt,du,dv dw,dx e0,e1 e2,e3 e4,e5 e6,e7 e8,e9 ea,eb ec,ed "
    "ee,ef eg,eh ei,ej ek,el em,en eo,ep eq,er es,et eu,ev ew,ex ey,ez f0,f1 f2,f3 f6,f7 f8,f9 fa,fb "
    "fc,fd fe,ff fg,fh fi,fj fk,fl fm,fn fu,8rp fv,fw fy,8rq fz,8se g0,8sf g1,g2 g4,i1 g5,i4 g6,g7 g8,g9 "
    "ga,gb gc,gd ge,gf gg,8rz gh,8rx gi,8s0 gs,x4b gx,x4c h1,x3h h2,x4a h6,x4e h7,8rm h8,x4d hd,8ry "
    "hp,8ro hu,x51 hz,x4h il,x4i im,x4g n9,pl,qh,69q og,oh oi,oj om,on or,sd os,se ot,sf ov,s3 p2,q4 "
    "p4,q5 p5,q6 p6,q7 p8,r0 pa,r1 pb,r2 pc,6ab pd,q9 pe,qa,r4 pf,qb pg,qc ph,qd,s5 pi,qe pj,qf "
    "pk,qg,r5,s4 pm,qi,s0 pn,qj pp,ql pq,qm pr,qn ps,qo,ra pt,qp,s1 pv,qq,qr pw,qs px,qt py,qu,r9 pz,qv "
    "q0,qw q1,qx,6jq q2,qy q3,qz q8,6ar r3,rb rc,rd re,rf rg,rh ri,rj rk,rl rm,rn ro,rp rq,rr rs,rt ru,rv"
    " rw,rx ry,rz s2,s9 s7,s8 sa,sb sg,uo sh,up si,uq sj,ur sk,us sl,ut sm,uu sn,uv so,uw sp,ux sq,uy "
    "sr,uz ss,v0 st,v1 su,v2 sv,v3 sw,ts sx,tt sy,tu,5mo sz,tv t0,tw,5mp t1,tx t2,ty t3,tz t4,u0 t5,u1 "
    "t6,u2 t7,u3 t8,u4 t9,u5 ta,u6,5mq tb,u7 tc,u8 td,u9,5mr te,ua,5ms,5mt tf,ub tg,uc th,ud ti,ue tj,uf "
    "tk,ug tl,uh tm,ui,5mu tn,uj to,uk tp,ul tq,um tr,un v4,v5 v6,v7,5mv v8,v9 va,vb vc,vd ve,vf vg,vh "
    "vi,vj vk,vl vm,vn vo,vp vq,vr vs,vt vu,vv vw,vx vy,vz w0,w1 wa,wb wc,wd we,wf wg,wh wi,wj wk,wl "
    "wm,wn wo,wp wq,wr ws,wt wu,wv ww,wx wy,wz x0,x1 x2,x3 x4,x5 x6,x7 x8,x9 xa,xb xc,xd xe,xf xg,xh "
    "xi,xj xk,xl xm,xn xo,xp xq,xr xs,y7 xt,xu xv,xw xx,xy xz,y0 y1,y2 y3,y4 y5,y6 y8,y9 ya,yb yc,yd "
    "ye,yf yg,yh yi,yj yk,yl ym,yn yo,yp yq,yr ys,yt yu,yv yw,yx yy,yz z0,z1 z2,z3 z4,z5 z6,z7 z8,z9 "
    "za,zb zc,zd ze,zf zg,zh zi,zj zk,zl zm,zn zo,zp zq,zr zs,zt zu,zv zw,zx zy,zz 100,101 102,103 "
    "104,105 106,107 108,109 10a,10b 10c,10d 10e,10f 10g,10h 10i,10j 10k,10l 10m,10n 10o,10p 10q,10r "
    "10s,10t 10u,10v 10x,129 10y,12a 10z,12b 110,12c 111,12d 112,12e 113,12f 114,12g 115,12h 116,12i "
    "117,12j 118,12k 119,12l 11a,12m 11b,12n 11c,12o 11d,12p 11e,12q 11f,12r 11g,12s 11h,12t 11i,12u "
    "11j,12v 11k,12w 11l,12x 11m,12y 11n,12z 11o,130 11p,131 11q,132 11r,133 11s,134 11t,135 11u,136 "
    "11v,137 11w,138 11x,139 11y,13a 3a8,8w0 3a9,8w1 3aa,8w2 3ab,8w3 3ac,8w4 3ad,8w5 3ae,8w6 3af,8w7 "
    "3ag,8w8 3ah,8w9 3ai,8wa 3aj,8wb 3ak,8wc 3al,8wd 3am,8we 3an,8wf 3ao,8wg 3ap,8wh 3aq,8wi 3ar,8wj "
    "3as,8wk 3at,8wl 3au,8wm 3av,8wn 3aw,8wo 3ax,8wp 3ay,8wq 3az,8wr 3b0,8ws 3b1,8wt 3b2,8wu 3b3,8wv "
    "3b4,8ww 3b5,8wx 3b6,8wy 3b7,8wz 3b8,8x0 3b9,8x1 3bb,8x3 3bh,8x9 3bk,5n4 3bl,5n5 3bm,5n6 3bn,5n7 "
    "3bo,5n8 3bp,5n9 3bq,5na 3br,5nb 3bs,5nc 3bt,5nd 3bu,5ne 3bv,5nf 3bw,5ng 3bx,5nh 3by,5ni 3bz,5nj "
    "3c0,5nk 3c1,5nl 3c2,5nm 3c3,5nn 3c4,5no 3c5,5np 3c6,5nq 3c7,5nr 3c8,5ns 3c9,5nt 3ca,5nu 3cb,5nv "
    "3cc,5nw 3cd,5nx 3ce,5ny 3cf,5nz 3cg,5o0 3ch,5o1 3ci,5o2 3cj,5o3 3ck,5o4 3cl,5o5 3cm,5o6 3cn,5o7 "
    "3co,5o8 3cp,5o9 3cq,5oa 3ct,5od 3cu,5oe 3cv,5of 3vk,xv4 3vl,xv5 3vm,xv6 3vn,xv7 3vo,xv8 3vp,xv9 "
    "3vq,xva 3vr,xvb 3vs,xvc 3vt,xvd 3vu,xve 3vv,xvf 3vw,xvg 3vx,xvh 3vy,xvi 3vz,xvj 3w0,xvk 3w1,xvl "
    "3w2,xvm 3w3,xvn 3w4,xvo 3w5,xvp 3w6,xvq 3w7,xvr 3w8,xvs 3w9,xvt 3wa,xvu 3wb,xvv 3wc,xvw 3wd,xvx "
    "3we,xvy 3wf,xvz 3wg,xw0 3wh,xw1 3wi,xw2 3wj,xw3 3wk,xw4 3wl,xw5 3wm,xw6 3wn,xw7 3wo,xw8 3wp,xw9 "
    "3wq,xwa 3wr,xwb 3ws,xwc 3wt,xwd 3wu,xwe 3wv,xwf 3ww,xwg 3wx,xwh 3wy,xwi 3wz,xwj 3x0,xwk 3x1,xwl "
    "3x2,xwm 3x3,xwn 3x4,xwo 3x5,xwp 3x6,xwq 3x7,xwr 3x8,xws 3x9,xwt 3xa,xwu 3xb,xwv 3xc,xww 3xd,xwx "
    "3xe,xwy 3xf,xwz 3xg,xx0 3xh,xx1 3xi,xx2 3xj,xx3 3xk,xx4 3xl,xx5 3xm,xx6 3xn,xx7 3xo,xx8 3xp,xx9 "
    "3xq,xxa 3xr,xxb 3xs,3y0 3xt,3y1 3xu,3y2 3xv,3y3 3xw,3y4 3xx,3y5 5mw,wui,wuj 5tl,x31 5tp,8rn 5u6,x52 "
    "5xc,5xd 5xe,5xf 5xg,5xh 5xi,5xj 5xk,5xl 5xm,5xn 5xo,5xp 5xq,5xr 5xs,5xt 5xu,5xv 5xw,5xx 5xy,5xz "
    "5y0,5y1 5y2,5y3 5y4,5y5 5y6,5y7 5y8,5y9 5ya,5yb 5yc,5yd 5ye,5yf 5yg,5yh 5yi,5yj 5yk,5yl 5ym,5yn "
    "5yo,5yp 5yq,5yr 5ys,5yt 5yu,5yv 5yw,5yx 5yy,5yz 5z0,5z1 5z2,5z3 5z4,5z5 5z6,5z7 5z8,5z9 5za,5zb "
    "5zc,5zd 5ze,5zf 5zg,5zh 5zi,5zj 5zk,5zl 5zm,5zn 5zo,5zp 5zq,5zr 5zs,5zt 5zu,5zv 5zw,5zx 5zy,5zz "
    "600,601,61n 602,603 604,605 606,607 608,609 60a,60b 60c,60d 60e,60f 60g,60h 60i,60j 60k,60l 60m,60n "
    "60o,60p 60q,60r 60s,60t 60u,60v 60w,60x 60y,60z 610,611 612,613 614,615 616,617 618,619 61a,61b "
    "61c,61d 61e,61f 61g,61h 61s,61t 61u,61v 61w,61x 61y,61z 620,621 622,623 624,625 626,627 628,629 "
    "62a,62b 62c,62d 62e,62f 62g,62h 62i,62j 62k,62l 62m,62n 62o,62p 62q,62r 62s,62t 62u,62v 62w,62x "
    "62y,62z 630,631 632,633 634,635 636,637 638,639 63a,63b 63c,63d 63e,63f 63g,63h 63i,63j 63k,63l "
    "63m,63n 63o,63p 63q,63r 63s,63t 63u,63v 63w,63x 63y,63z 640,641 642,643 644,645 646,647 648,649 "
    "64a,64b 64c,64d 64e,64f 64g,64o 64h,64p 64i,64q 64j,64r 64k,64s 64l,64t 64m,64u 64n,64v 64w,654 "
    "64x,655 64y,656 64z,657 650,658 651,659 65c,65k 65d,65l 65e,65m 65f,65n 65g,65o 65h,65p 65i,65q "
    "65j,65r 65s,660 65t,661 65u,662 65v,663 65w,664 65x,665 65y,666 65z,667 668,66g 669,66h 66a,66i "
    "66b,66j 66c,66k 66d,66l 66p,66x 66r,66z 66t,671 66v,673 674,67c 675,67d 676,67e 677,67f 678,67g "
    "679,67h 67a,67i 67b,67j 67k,69m 67l,69n 67m,6a0 67n,6a1 67o,6a2 67p,6a3 67q,6ai 67r,6aj 67s,6bc "
    "67t,6bd 67u,6ay 67v,6az 67w,6be 67x,6bf 680,688 681,689 682,68a 683,68b 684,68c 685,68d 686,68e "
    "687,68f 68g,68o 68h,68p 68i,68q 68j,68r 68k,68s 68l,68t 68m,68u 68n,68v 68w,694 68x,695 68y,696 "
    "68z,697 690,698 691,699 692,69a 693,69b 69c,69k 69d,69l 69f,69o 69v,6a4 6a8,6ag 6a9,6ah 6ao,6aw "
    "6ap,6ax 6at,6b0 6b7,6bg 6k2,6ku 6lc,6ls 6ld,6lt 6le,6lu 6lf,6lv 6lg,6lw 6lh,6lx 6li,6ly 6lj,6lz "
    "6lk,6m0 6ll,6m1 6lm,6m2 6ln,6m3 6lo,6m4 6lp,6m5 6lq,6m6 6lr,6m7 6mb,6mc 792,79s 793,79t 794,79u "
    "795,79v 796,79w 797,79x 798,79y 799,79z 79a,7a0 79b,7a1 79c,7a2 79d,7a3 79e,7a4 79f,7a5 79g,7a6 "
    "79h,7a7 79i,7a8 79j,7a9 79k,7aa 79l,7ab 79m,7ac 79n,7ad 79o,7ae 79p,7af 79q,7ag 79r,7ah 8ow,8q8 "
    "8ox,8q9 8oy,8qa 8oz,8qb 8p0,8qc 8p1,8qd 8p2,8qe 8p3,8qf 8p4,8qg 8p5,8qh 8p6,8qi 8p7,8qj 8p8,8qk "
    "8p9,8ql 8pa,8qm 8pb,8qn 8pc,8qo 8pd,8qp 8pe,8qq 8pf,8qr 8pg,8qs 8ph,8qt 8pi,8qu 8pj,8qv 8pk,8qw "
    "8pl,8qx 8pm,8qy 8pn,8qz 8po,8r0 8pp,8r1 8pq,8r2 8pr,8r3 8ps,8r4 8pt,8r5 8pu,8r6 8pv,8r7 8pw,8r8 "
    "8px,8r9 8py,8ra 8pz,8rb 8q0,8rc 8q1,8rd 8q2,8re 8q3,8rf 8q4,8rg 8q5,8rh 8q6,8ri 8q7,8rj 8rk,8rl "
    "8rr,8rs 8rt,8ru 8rv,8rw 8s2,8s3 8s5,8s6 8sg,8sh 8si,8sj 8sk,8sl 8sm,8sn 8so,8sp 8sq,8sr 8ss,8st "
    "8su,8sv 8sw,8sx 8sy,8sz 8t0,8t1 8t2,8t3 8t4,8t5 8t6,8t7 8t8,8t9 8ta,8tb 8tc,8td 8te,8tf 8tg,8th "
    "8ti,8tj 8tk,8tl 8tm,8tn 8to,8tp 8tq,8tr 8ts,8tt 8tu,8tv 8tw,8tx 8ty,8tz 8u0,8u1 8u2,8u3 8u4,8u5 "
    "8u6,8u7 8u8,8u9 8ua,8ub 8uc,8ud 8ue,8uf 8ug,8uh 8ui,8uj 8uk,8ul 8um,8un 8uo,8up 8uq,8ur 8us,8ut "
    "8uu,8uv 8uw,8ux 8uy,8uz 8v0,8v1 8v2,8v3 8v4,8v5 8v6,8v7 8vf,8vg 8vh,8vi 8vm,8vn wu8,wu9 wua,wub "
    "wuc,wud wue,wuf wug,wuh wuk,wul wum,wun wuo,wup wuq,wur wus,wut wuu,wuv wuw,wux wuy,wuz wv0,wv1 "
    "wv2,wv3 wv4,wv5 wv6,wv7 wv8,wv9 wva,wvb wvc,wvd wve,wvf wvg,wvh ww0,ww1 ww2,ww3 ww4,ww5 ww6,ww7 "
    "ww8,ww9 wwa,wwb wwc,wwd wwe,wwf wwg,wwh wwi,wwj wwk,wwl wwm,wwn wwo,wwp wwq,wwr x0i,x0j x0k,x0l "
    "x0m,x0n x0o,x0p x0q,x0r x0s,x0t x0u,x0v x0y,x0z x10,x11 x12,x13 x14,x15 x16,x17 x18,x19 x1a,x1b "
    "x1c,x1d x1e,x1f x1g,x1h x1i,x1j x1k,x1l x1m,x1n x1o,x1p x1q,x1r x1s,x1t x1u,x1v x1w,x1x x1y,x1z "
    "x20,x21 x22,x23 x24,x25 x26,x27 x28,x29 x2a,x2b x2c,x2d x2e,x2f x2g,x2h x2i,x2j x2k,x2l x2m,x2n "
    "x2x,x2y x2z,x30 x32,x33 x34,x35 x36,x37 x38,x39 x3a,x3b x3f,x3g x3k,x3l x3m,x3n x3o,x50 x3q,x3r "
    "x3s,x3t x3u,x3v x3w,x3x x3y,x3z x40,x41 x42,x43 x44,x45 x46,x47 x48,x49 x4j,xub x4k,x4l x4m,x4n "
    "x4o,x4p x4q,x4r x4s,x4t x4u,x4v x4w,x4x x4y,x4z x53,x54 x55,x56 x5c,x5d x5i,x5j x5k,x5l x6d,x6e "
    "1dl1,1dl2 1ee9,1ef5 1eea,1ef6 1eeb,1ef7 1eec,1ef8 1eed,1ef9 1eee,1efa 1eef,1efb 1eeg,1efc 1eeh,1efd "
    "1eei,1efe 1eej,1eff 1eek,1efg 1eel,1efh 1eem,1efi 1een,1efj 1eeo,1efk 1eep,1efl 1eeq,1efm 1eer,1efn "
    "1ees,1efo 1eet,1efp 1eeu,1efq 1eev,1efr 1eew,1efs 1eex,1eft 1eey,1efu 1fcw,1fe0 1fcx,1fe1 1fcy,1fe2 "
    "1fcz,1fe3 1fd0,1fe4 1fd1,1fe5 1fd2,1fe6 1fd3,1fe7 1fd4,1fe8 1fd5,1fe9 1fd6,1fea 1fd7,1feb 1fd8,1fec "
    "1fd9,1fed 1fda,1fee 1fdb,1fef 1fdc,1feg 1fdd,1feh 1fde,1fei 1fdf,1fej 1fdg,1fek 1fdh,1fel 1fdi,1fem "
    "1fdj,1fen 1fdk,1feo 1fdl,1fep 1fdm,1feq 1fdn,1fer 1fdo,1fes 1fdp,1fet 1fdq,1feu 1fdr,1fev 1fds,1few "
    "1fdt,1fex 1fdu,1fey 1fdv,1fez 1fdw,1ff0 1fdx,1ff1 1fdy,1ff2 1fdz,1ff3 1fhs,1fiw 1fht,1fix 1fhu,1fiy "
    "1fhv,1fiz 1fhw,1fj0 1fhx,1fj1 1fhy,1fj2 1fhz,1fj3 1fi0,1fj4 1fi1,1fj5 1fi2,1fj6 1fi3,1fj7 1fi4,1fj8 "
    "1fi5,1fj9 1fi6,1fja 1fi7,1fjb 1fi8,1fjc 1fi9,1fjd 1fia,1fje 1fib,1fjf 1fic,1fjg 1fid,1fjh 1fie,1fji "
    "1fif,1fjj 1fig,1fjk 1fih,1fjl 1fii,1fjm 1fij,1fjn 1fik,1fjo 1fil,1fjp 1fim,1fjq 1fin,1fjr 1fio,1fjs "
    "1fip,1fjt 1fiq,1fju 1fir,1fjv 1fn4,1fo7 1fn5,1fo8 1fn6,1fo9 1fn7,1foa 1fn8,1fob 1fn9,1foc 1fna,1fod "
    "1fnb,1foe 1fnc,1fof 1fnd,1fog 1fne,1foh 1fng,1foj 1fnh,1fok 1fni,1fol 1fnj,1fom 1fnk,1fon 1fnl,1foo "
    "1fnm,1fop 1fnn,1foq 1fno,1for 1fnp,1fos 1fnq,1fot 1fnr,1fou 1fns,1fov 1fnt,1fow 1fnu,1fox 1fnw,1foz "
    "1fnx,1fp0 1fny,1fp1 1fnz,1fp2 1fo0,1fp3 1fo1,1fp4 1fo2,1fp5 1fo4,1fp7 1fo5,1fp8 1h1c,1h34 1h1d,1h35 "
    "1h1e,1h36 1h1f,1h37 1h1g,1h38 1h1h,1h39 1h1i,1h3a 1h1j,1h3b 1h1k,1h3c 1h1l,1h3d 1h1m,1h3e 1h1n,1h3f "
    "1h1o,1h3g 1h1p,1h3h 1h1q,1h3i 1h1r,1h3j 1h1s,1h3k 1h1t,1h3l 1h1u,1h3m 1h1v,1h3n 1h1w,1h3o 1h1x,1h3p "
    "1h1y,1h3q 1h1z,1h3r 1h20,1h3s 1h21,1h3t 1h22,1h3u 1h23,1h3v 1h24,1h3w 1h25,1h3x 1h26,1h3y 1h27,1h3z "
    "1h28,1h40 1h29,1h41 1h2a,1h42 1h2b,1h43 1h2c,1h44 1h2d,1h45 1h2e,1h46 1h2f,1h47 1h2g,1h48 1h2h,1h49 "
    "1h2i,1h4a 1h2j,1h4b 1h2k,1h4c 1h2l,1h4d 1h2m,1h4e 1h2n,1h4f 1h2o,1h4g 1h2p,1h4h 1h2q,1h4i 1jfk,1jgg "
    "1jfl,1jgh 1jfm,1jgi 1jfn,1jgj 1jfo,1jgk 1jfp,1jgl 1jfq,1jgm 1jfr,1jgn 1jfs,1jgo 1jft,1jgp 1jfu,1jgq "
    "1jfv,1jgr 1jfw,1jgs 1jfx,1jgt 1jfy,1jgu 1jfz,1jgv 1jg0,1jgw 1jg1,1jgx 1jg2,1jgy 1jg3,1jgz 1jg4,1jh0 "
    "1jg5,1jh1 1jg6,1jh2 1jg7,1jh3 1jg8,1jh4 1jg9,1jh5 1jga,1jh6 1jgb,1jh7 1jgc,1jh8 1jgd,1jh9 1jge,1jha "
    "1jgf,1jhb 20cg,20dc 20ch,20dd 20ci,20de 20cj,20df 20ck,20dg 20cl,20dh 20cm,20di 20cn,20dj 20co,20dk "
    "20cp,20dl 20cq,20dm 20cr,20dn 20cs,20do 20ct,20dp 20cu,20dq 20cv,20dr 20cw,20ds 20cx,20dt 20cy,20du "
    "20cz,20dv 20d0,20dw 20d1,20dx 20d2,20dy 20d3,20dz 20d4,20e0 20d5,20e1 20d6,20e2 20d7,20e3 20d8,20e4 "
    "20d9,20e5 20da,20e6 20db,20e7 2olc,2oma 2old,2omb 2ole,2omc 2olf,2omd 2olg,2ome 2olh,2omf 2oli,2omg "
    "2olj,2omh 2olk,2omi 2oll,2omj 2olm,2omk 2oln,2oml 2olo,2omm 2olp,2omn 2olq,2omo 2olr,2omp 2ols,2omq "
    "2olt,2omr 2olu,2oms 2olv,2omt 2olw,2omu 2olx,2omv 2oly,2omw 2olz,2omx 2om0,2omy 2om1,2omz 2om2,2on0 "
    "2om3,2on1 2om4,2on2 2om5,2on3 2om6,2on4 2om7,2on5 2om8,2on6 2om9,2on7"
)
